import type { Counters } from '@gibbon/contracts/services';
import { nextPeriodStart, periodStart, type PeriodLimit } from './periods.ts';

/** What a check found for one period. One object per period, written anew by each check. */
export interface Window {
  readonly period: PeriodLimit;
  startMs: number;
  endMs: number;
  /** Of the limit, before this request; may have a fraction as limits may. */
  remaining: number;
}

/**
 * Counts requests of one identifier in the calendar windows of all configured periods.
 * Exact over threads: a request first takes its place in every window and gives all back where one was full, so that
 * no two requests can take the last place.
 */
export class Windows {
  readonly all: readonly Window[];
  readonly #counters: Counters;
  readonly #prefix: string;

  /** @param prefix what tells the counters of this plugin's scope from those of others. */
  constructor(limits: readonly PeriodLimit[], counters: Counters, prefix: string) {
    this.all = limits.map((period) => ({ period, startMs: 0, endMs: 0, remaining: 0 }));
    this.#counters = counters;
    this.#prefix = prefix;
  }

  /**
   * Counts a request if every window has room; the windows in `all` tell what was there before.
   * @returns the longest window without room, or `null` when the request is counted.
   */
  take(identifier: string, nowMs: number): Window | null {
    let full: Window | null = null;
    for (const window of this.all) {
      if (nowMs >= window.endMs || nowMs < window.startMs) {
        window.startMs = periodStart(window.period.name, nowMs);
        window.endMs = nextPeriodStart(window.period.name, window.startMs);
      }
      const used = this.#counters.add(this.#keyOf(window, identifier), 1, window.endMs) - 1;
      window.remaining = window.period.limit - used;
      if (window.remaining <= 0) full = window;
    }
    if (full !== null) this.#giveBack(identifier);
    return full;
  }

  #giveBack(identifier: string): void {
    for (const window of this.all) this.#counters.add(this.#keyOf(window, identifier), -1, window.endMs);
  }

  #keyOf(window: Window, identifier: string): string {
    return `${this.#prefix}${identifier}:${window.startMs}:${window.period.name}`;
  }
}
