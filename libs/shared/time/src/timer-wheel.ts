import type { Disposable } from '@gibbon/contracts/module';
import type { Clock } from '@gibbon/contracts/services';
import { CoarseNow } from './coarse-now.ts';

/**
 * One timeout, embedded in (or extended by) what it guards, so that arming it allocates nothing.
 * The fields belong to the wheel. An entry is in one wheel at a time.
 */
export abstract class WheelEntry {
  /** @internal Monotonic milliseconds; 0 = not armed. */
  dueMs = 0;
  /** @internal Tick whose slot holds the entry; -1 = in no slot. */
  tick = -1;
  /** @internal */
  next: WheelEntry | null = null;
  /** @internal */
  previous: WheelEntry | null = null;

  /** The time has passed. The entry is not armed any more and may be armed again. Must not throw. */
  abstract onTimeout(): void;

  /** Whether a timeout is pending. */
  get armed(): boolean {
    return this.dueMs !== 0;
  }
}

/** Settings of a {@link TimerWheel}. */
export interface TimerWheelOptions {
  /** Resolution in milliseconds. Default 100. */
  readonly tickMs?: number;
  /** Number of slots, a power of two. Delays beyond `slots * tickMs` work, and cost a look per rotation. Default 1024. */
  readonly slots?: number;
}

/** Head of a circular list. */
class Slot extends WheelEntry {
  constructor() {
    super();
    this.next = this;
    this.previous = this;
  }
  override onTimeout(): void {}
}

/**
 * Coarse timeouts for connections and requests: arming, re-arming and cancelling are O(1) and allocate nothing; a
 * timeout comes 0 to 2 ticks late, never early. One interval, running only while something is armed. One per worker.
 *
 * Re-arming to a later time writes one number: the entry stays in its slot and moves on when that slot comes up.
 */
export class TimerWheel implements Disposable {
  readonly now: CoarseNow;
  readonly #clock: Clock;
  readonly #tickMs: number;
  readonly #mask: number;
  readonly #slots: readonly Slot[];
  /** Last tick that was run. */
  #current = 0;
  #linked = 0;
  #interval: Disposable | null = null;

  constructor(clock: Clock, options: TimerWheelOptions = {}) {
    const slots = options.slots ?? 1024;
    if (slots < 2 || (slots & (slots - 1)) !== 0) throw new RangeError(`TimerWheel: slots must be a power of two, got ${slots}`);
    this.#clock = clock;
    this.now = new CoarseNow(clock);
    this.#tickMs = options.tickMs ?? 100;
    this.#mask = slots - 1;
    this.#slots = Array.from({ length: slots }, () => new Slot());
  }

  /** Entries that hold a place in the wheel; 0 when the interval is stopped. */
  get size(): number {
    return this.#linked;
  }

  /** Arms the entry to time out `delayMs` from now, replacing what was armed. */
  schedule(entry: WheelEntry, delayMs: number): void {
    const nowMs = this.now.monotonicMs;
    // 0 means "not armed", so a deadline is at least the smallest positive number.
    entry.dueMs = nowMs + delayMs || Number.MIN_VALUE;
    const tick = Math.ceil(entry.dueMs / this.#tickMs);
    if (entry.tick !== -1) {
      if (entry.tick <= tick) return;
      this.#unlink(entry);
    }
    if (this.#linked === 0) this.#start(nowMs);
    this.#link(entry, tick <= this.#current ? this.#current + 1 : tick);
  }

  /** Disarms; nothing happens when the entry is not armed. */
  cancel(entry: WheelEntry): void {
    entry.dueMs = 0;
    if (entry.tick === -1) return;
    this.#unlink(entry);
    if (this.#linked === 0) this.#stop();
  }

  /** Drops all entries without calling them, and stops. The wheel can be used again. */
  dispose(): void {
    for (const slot of this.#slots) {
      for (let entry = slot.next as WheelEntry; entry !== slot;) {
        const next = entry.next as WheelEntry;
        this.cancel(entry);
        entry = next;
      }
    }
    this.#stop();
  }

  #start(nowMs: number): void {
    this.#current = Math.floor(nowMs / this.#tickMs);
    this.#interval ??= this.#clock.every(this.#tickMs, () => this.#advance());
  }

  #stop(): void {
    void this.#interval?.dispose();
    this.#interval = null;
  }

  #advance(): void {
    // The clock and not the number of intervals decides: a blocked loop skips intervals.
    const nowTick = Math.floor(this.#clock.monotonic() / this.#tickMs);
    // After a long block one rotation visits every slot.
    if (nowTick - this.#current > this.#mask + 1) this.#current = nowTick - this.#mask - 1;
    while (this.#current < nowTick && this.#linked > 0) this.#run(++this.#current);
    if (this.#linked === 0) this.#stop();
  }

  #run(tick: number): void {
    const slot = this.#slots[tick & this.#mask] as Slot;
    const nowMs = this.#clock.monotonic();
    // Entries leave one by one from the front; a marker at the back ends the walk, because handlers may link into this slot.
    const marker = new Slot();
    this.#insert(slot, marker);
    for (let entry = slot.next as WheelEntry; entry !== marker; entry = slot.next as WheelEntry) {
      this.#unlink(entry);
      if (entry.dueMs > nowMs) this.#link(entry, Math.max(Math.ceil(entry.dueMs / this.#tickMs), this.#current + 1));
      else {
        entry.dueMs = 0;
        entry.onTimeout();
      }
    }
    this.#remove(marker);
  }

  #link(entry: WheelEntry, tick: number): void {
    entry.tick = tick;
    this.#insert(this.#slots[tick & this.#mask] as Slot, entry);
    this.#linked++;
  }

  #unlink(entry: WheelEntry): void {
    entry.tick = -1;
    this.#remove(entry);
    this.#linked--;
  }

  /** At the back of the slot. */
  #insert(slot: Slot, entry: WheelEntry): void {
    const last = slot.previous as WheelEntry;
    entry.previous = last;
    entry.next = slot;
    last.next = entry;
    slot.previous = entry;
  }

  #remove(entry: WheelEntry): void {
    const previous = entry.previous as WheelEntry;
    const next = entry.next as WheelEntry;
    previous.next = next;
    next.previous = previous;
    entry.previous = null;
    entry.next = null;
  }
}
