import type { Clock } from '@gibbon/contracts/services';
import type { Disposable } from '@gibbon/contracts/module';

interface FakeTimer {
  readonly sequence: number;
  readonly run: () => void;
  readonly periodMs: number | null;
  dueMs: number;
}

/** Lets promise reactions and one round of the real event loop (I/O callbacks included) happen. */
function realTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * A clock that moves only when told. Wall and monotonic time advance together; `jump` moves the wall alone.
 * Timers run in order of due time, then of creation, with the clock at their due time; what they schedule within the span runs too.
 */
export class FakeClock implements Clock {
  #wallMs: number;
  #monotonicMs = 0;
  #sequence = 0;
  readonly #timers = new Set<FakeTimer>();

  /** @param startMs wall clock at the start; default 2026-01-01T00:00:00Z. */
  constructor(startMs: number = Date.UTC(2026, 0, 1)) {
    this.#wallMs = startMs;
  }

  /** Timers not yet run or disposed: assert 0 to prove that nothing leaks. */
  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#wallMs;
  }

  monotonic(): number {
    return this.#monotonicMs;
  }

  after(delayMs: number, run: () => void): Disposable {
    return this.#add(delayMs, null, run);
  }

  every(periodMs: number, run: () => void): Disposable {
    return this.#add(Math.max(1, periodMs), Math.max(1, periodMs), run);
  }

  /** Moves the wall clock alone, as an administrator or NTP does. */
  jump(byMs: number): void {
    this.#wallMs += byMs;
  }

  /** Moves time forward and runs what is due, synchronously. */
  advance(ms: number): void {
    const endMs = this.#monotonicMs + ms;
    for (let timer = this.#next(endMs); timer !== null; timer = this.#next(endMs)) this.#fire(timer);
    this.#moveTo(endMs);
  }

  /** As {@link advance}, letting promises and I/O of the real loop proceed before, between and after the timers. */
  async advanceAsync(ms: number): Promise<void> {
    const endMs = this.#monotonicMs + ms;
    await realTurn();
    for (let timer = this.#next(endMs); timer !== null; timer = this.#next(endMs)) {
      this.#fire(timer);
      await realTurn();
    }
    this.#moveTo(endMs);
    await realTurn();
  }

  #add(delayMs: number, periodMs: number | null, run: () => void): Disposable {
    const timer = { sequence: this.#sequence++, run, periodMs, dueMs: this.#monotonicMs + Math.max(0, delayMs) };
    this.#timers.add(timer);
    return { dispose: () => void this.#timers.delete(timer) };
  }

  #next(endMs: number): FakeTimer | null {
    let best: FakeTimer | null = null;
    for (const timer of this.#timers) {
      if (timer.dueMs > endMs) continue;
      if (best === null || timer.dueMs < best.dueMs || (timer.dueMs === best.dueMs && timer.sequence < best.sequence)) best = timer;
    }
    return best;
  }

  #fire(timer: FakeTimer): void {
    this.#moveTo(timer.dueMs);
    if (timer.periodMs === null) this.#timers.delete(timer);
    else timer.dueMs += timer.periodMs;
    timer.run();
  }

  /** Never backwards: an asynchronous advance may overlap another. */
  #moveTo(ms: number): void {
    const delta = ms - this.#monotonicMs;
    if (delta <= 0) return;
    this.#monotonicMs = ms;
    this.#wallMs += delta;
  }
}
