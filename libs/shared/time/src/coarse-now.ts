import type { Clock } from '@gibbon/contracts/services';
import { systemClock } from './system-clock.ts';

/**
 * Time read at most once per turn of the event loop: for timeouts, latencies and time stamps of requests, where a
 * fresh reading (50 ns) per use is waste. Lags by at most the length of the turn. One per worker.
 * Clocks other than the system's are read afresh each time, so that a test that moves time sees it at once.
 */
export class CoarseNow {
  readonly #clock: Clock;
  readonly #caching: boolean;
  readonly #expire: () => void;
  #fresh = false;
  #wallMs = 0;
  #monotonicMs = 0;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
    this.#caching = clock === systemClock;
    this.#expire = () => {
      this.#fresh = false;
    };
  }

  /** Wall clock, milliseconds since the epoch. */
  get wallMs(): number {
    if (!this.#fresh) this.#read();
    return this.#wallMs;
  }

  /** Monotonic milliseconds with fractions, for durations. */
  get monotonicMs(): number {
    if (!this.#fresh) this.#read();
    return this.#monotonicMs;
  }

  #read(): void {
    this.#wallMs = this.#clock.now();
    this.#monotonicMs = this.#clock.monotonic();
    if (!this.#caching) return;
    this.#fresh = true;
    // Immediates run at the end of the turn that made them; unreferenced, it makes no extra turn.
    setImmediate(this.#expire).unref();
  }
}
