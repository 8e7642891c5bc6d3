import { WheelEntry, type TimerWheel } from '@gibbon/time';

/** What a wait asks of its request. */
export interface Waiter {
  /** Bytes of the request's body so far: a plugin that reads it waits as long as it comes. */
  readonly bodyBytes: number;
  /** The plugin took too long. What it does later concerns nobody. */
  onOverdue(): void;
}

/**
 * Limits how long a request waits for plugins that answer later. One per connection, made when a plugin first does so;
 * requests whose plugins are synchronous never come here.
 */
export class PluginWait extends WheelEntry {
  readonly #wheel: TimerWheel;
  readonly #limitMs: number;
  readonly #waiter: Waiter;
  #turn = 0;
  #bytes = 0;

  /** @param limitMs 0 for no limit. */
  constructor(wheel: TimerWheel, limitMs: number, waiter: Waiter) {
    super();
    this.#wheel = wheel;
    this.#limitMs = limitMs;
    this.#waiter = waiter;
  }

  /** @returns the number of this wait, for `end`. */
  begin(): number {
    this.#arm();
    return ++this.#turn;
  }

  /** @returns false when the wait was given up, or is over. */
  end(turn: number): boolean {
    if (turn !== this.#turn) return false;
    this.#turn++;
    this.#wheel.cancel(this);
    return true;
  }

  override onTimeout(): void {
    if (this.#waiter.bodyBytes !== this.#bytes) {
      this.#arm();
      return;
    }
    this.#turn++;
    this.#waiter.onOverdue();
  }

  #arm(): void {
    this.#bytes = this.#waiter.bodyBytes;
    if (this.#limitMs > 0) this.#wheel.schedule(this, this.#limitMs);
  }
}
