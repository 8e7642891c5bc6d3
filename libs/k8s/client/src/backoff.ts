import type { Clock, Random } from '@gibbon/contracts/services';

/** How long to wait between attempts. */
export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Waiting times that double, each drawn from the upper half, so that many clients do not return at once. */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #random: Random;
  #attempt = 0;

  constructor(options: BackoffOptions, random: Random) {
    this.#options = options;
    this.#random = random;
  }

  /** Attempts since the last success. */
  get attempts(): number {
    return this.#attempt;
  }

  /** Time to wait before the next attempt. */
  next(): number {
    const { firstMs, maxMs } = this.#options;
    const whole = Math.min(maxMs, firstMs * 2 ** Math.min(this.#attempt, 30));
    this.#attempt++;
    return whole * (0.5 + this.#random.float() / 2);
  }

  reset(): void {
    this.#attempt = 0;
  }
}

/** Resolves after a time, or at once when the signal is or gets aborted. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      void timer.dispose();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.after(delayMs, end);
    signal.addEventListener('abort', end);
  });
}
