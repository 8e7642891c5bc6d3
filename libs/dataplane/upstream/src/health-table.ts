import { hash } from 'node:crypto';
import type { HealthReport } from '@gibbon/contracts/health';
import { afterReport, type HealthLimits, isAvailable, NEW_ADDRESS, settled } from './health-word.ts';
import { TableLock } from './table-lock.ts';

// Cells of the head.
const VERSION = 0;
const LOCK = 1;
const SLOTS_USED = 2;
const FREE_LIST = 3;
const BUCKETS_AT = 8;
const BUCKETS = 4096;
const SLOTS_AT = BUCKETS_AT + BUCKETS;

// Cells of a slot.
const SLOT_CELLS = 6;
const KEY_HIGH = 0;
const KEY_LOW = 1;
const NEXT = 2;
const HOLDERS = 3;
const WORD = 5;

const FIRST_SLOTS = 512;
const MAX_SLOTS = 1_000_000;
const CELL_BYTES = 4;

/** Threads that can share a table. */
export const MAX_HOLDERS = 64;

/**
 * Health of every address, shared by all threads of a node. A slot belongs to a key (upstream and address) and is found
 * by it, so that threads need not tell each other positions; it lives as long as some thread holds it, and so its state
 * survives configuration changes and crashed workers. Claims are rare and take a lock; reads and reports do not.
 *
 * Layout, in 32-bit cells: a head with the version, buckets of chains by key, then slots. The buffer grows in place.
 */
export class HealthTable {
  /** Give it to other threads, which attach to it with a number of their own. */
  readonly buffer: SharedArrayBuffer;
  readonly #cells: Int32Array;
  readonly #lock: TableLock;
  readonly #holderCell: number;
  readonly #holderBit: number;
  /** How often this thread claimed each slot: a key may be claimed anew before its last claim is given back. */
  readonly #claims = new Map<number, number>();

  /**
   * Attaches to a table. What an earlier thread of the same number held (a worker that crashed) is given back.
   * @param holder number of this thread, 0 to 63, no two threads the same.
   */
  constructor(buffer: SharedArrayBuffer = HealthTable.allocate(), holder = 0) {
    if (holder < 0 || holder >= MAX_HOLDERS)
      throw new RangeError(`a health table has at most ${MAX_HOLDERS} threads, not a number ${holder}`);
    this.buffer = buffer;
    this.#cells = new Int32Array(buffer);
    this.#lock = new TableLock(this.#cells, LOCK, holder);
    this.#holderCell = HOLDERS + (holder >> 5);
    this.#holderBit = 1 << (holder & 31);
    this.#lock.run(() => this.#dropAll());
  }

  /** Memory for a table: 28 KiB at first. */
  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer((SLOTS_AT + FIRST_SLOTS * SLOT_CELLS) * CELL_BYTES, {
      maxByteLength: (SLOTS_AT + MAX_SLOTS * SLOT_CELLS) * CELL_BYTES,
    });
  }

  /** Counts availability changes of any address by any thread; compare with the last seen one. On the request path. */
  get version(): number {
    return Atomics.load(this.#cells, VERSION);
  }

  /** Finds or makes the slot of a key, and holds it. @returns -1 when the table is full. */
  claim(key: string): number {
    const digest = hash('sha1', key, 'buffer');
    const slot = this.#lock.run(() => this.#find(digest.readInt32LE(0), digest.readInt32LE(4)));
    if (slot !== -1) this.#claims.set(slot, (this.#claims.get(slot) ?? 0) + 1);
    return slot;
  }

  /** Gives a claim back; without claims by any thread the slot's state is forgotten. */
  release(slot: number): void {
    const claims = this.#claims.get(slot);
    if (claims === undefined) return;
    if (claims > 1) this.#claims.set(slot, claims - 1);
    else {
      this.#claims.delete(slot);
      this.#lock.run(() => this.#drop(slot));
    }
  }

  /** Whether the address takes traffic. */
  isAvailable(slot: number): boolean {
    return isAvailable(Atomics.load(this.#cells, this.#cell(slot, WORD)));
  }

  /** Counts a report. @returns whether availability changed by it. On the request path. */
  report(slot: number, report: HealthReport, limits: HealthLimits): boolean {
    const at = this.#cell(slot, WORD);
    for (;;) {
      const word = Atomics.load(this.#cells, at);
      const next = afterReport(word, report, limits);
      if (next === word) return false;
      if (Atomics.compareExchange(this.#cells, at, word, next) === word) return this.#changed(word, next);
    }
  }

  /** Sets the health by hand and clears the counters. @returns whether availability changed by it. */
  set(slot: number, healthy: boolean): boolean {
    const next = settled(healthy);
    return this.#changed(Atomics.exchange(this.#cells, this.#cell(slot, WORD), next), next);
  }

  #changed(before: number, after: number): boolean {
    if (isAvailable(before) === isAvailable(after)) return false;
    Atomics.add(this.#cells, VERSION, 1);
    return true;
  }

  #cell(slot: number, cell: number): number {
    return SLOTS_AT + slot * SLOT_CELLS + cell;
  }

  #find(high: number, low: number): number {
    const cells = this.#cells;
    const bucket = BUCKETS_AT + (low & (BUCKETS - 1));
    for (let slot = (cells[bucket] ?? 0) - 1; slot !== -1; slot = (cells[this.#cell(slot, NEXT)] ?? 0) - 1) {
      if (cells[this.#cell(slot, KEY_HIGH)] !== high || cells[this.#cell(slot, KEY_LOW)] !== low) continue;
      Atomics.or(cells, this.#cell(slot, this.#holderCell), this.#holderBit);
      return slot;
    }
    const slot = this.#unused();
    if (slot === -1) return -1;
    cells[this.#cell(slot, KEY_HIGH)] = high;
    cells[this.#cell(slot, KEY_LOW)] = low;
    cells[this.#cell(slot, HOLDERS)] = 0;
    cells[this.#cell(slot, HOLDERS + 1)] = 0;
    cells[this.#cell(slot, this.#holderCell)] = this.#holderBit;
    Atomics.store(cells, this.#cell(slot, WORD), NEW_ADDRESS);
    cells[this.#cell(slot, NEXT)] = cells[bucket] ?? 0;
    // Linked last: should the thread die before, nothing is broken.
    Atomics.store(cells, bucket, slot + 1);
    return slot;
  }

  /** A slot from the free list, else a new one. */
  #unused(): number {
    const cells = this.#cells;
    const free = (cells[FREE_LIST] ?? 0) - 1;
    if (free !== -1) {
      cells[FREE_LIST] = cells[this.#cell(free, NEXT)] ?? 0;
      return free;
    }
    const slot = cells[SLOTS_USED] ?? 0;
    if (slot >= MAX_SLOTS) return -1;
    const needed = this.#cell(slot + 1, 0) * CELL_BYTES;
    if (needed > this.buffer.byteLength) this.buffer.grow(Math.min(needed + slot * SLOT_CELLS * CELL_BYTES, this.buffer.maxByteLength));
    cells[SLOTS_USED] = slot + 1;
    return slot;
  }

  /** Gives up this thread's hold. Under the lock. */
  #drop(slot: number): void {
    const cells = this.#cells;
    cells[this.#cell(slot, this.#holderCell)] = (cells[this.#cell(slot, this.#holderCell)] ?? 0) & ~this.#holderBit;
    if (cells[this.#cell(slot, HOLDERS)] !== 0 || cells[this.#cell(slot, HOLDERS + 1)] !== 0) return;
    let link = BUCKETS_AT + ((cells[this.#cell(slot, KEY_LOW)] ?? 0) & (BUCKETS - 1));
    while (cells[link] !== slot + 1 && cells[link] !== 0) link = this.#cell((cells[link] ?? 0) - 1, NEXT);
    if (cells[link] === 0) return;
    Atomics.store(cells, link, cells[this.#cell(slot, NEXT)] ?? 0);
    cells[this.#cell(slot, NEXT)] = cells[FREE_LIST] ?? 0;
    cells[FREE_LIST] = slot + 1;
  }

  #dropAll(): void {
    const used = this.#cells[SLOTS_USED] ?? 0;
    for (let slot = 0; slot < used; slot++) {
      if (((this.#cells[this.#cell(slot, this.#holderCell)] ?? 0) & this.#holderBit) !== 0) this.#drop(slot);
    }
  }
}
