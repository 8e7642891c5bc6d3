import type { Clock, Counters } from '@gibbon/contracts/services';
import { BucketLocks } from './bucket-lock.ts';
import { hashKey, type KeyHash } from './hash.ts';
import { allocateCounters, BUCKET_SLOTS, HEADER, openMemory, type TableMemory } from './layout.ts';

/** {@link Counters} in memory that threads share. */
export interface SharedCounters extends Counters {
  /** Post it to other threads and call `createCounters` there. */
  readonly buffer: SharedArrayBuffer;
  /** Counters that the table holds at the most. */
  readonly capacity: number;
  /** Live counters that had to make room, since the table was made, by all threads. */
  readonly evictions: number;
}

/** What {@link createCounters} needs. */
export interface SharedCountersOptions {
  /** Only the wall clock is read. */
  readonly clock: Pick<Clock, 'now'>;
  /** From `allocateCounters`; without it a table of the default size is made. */
  readonly buffer?: SharedArrayBuffer;
}

/**
 * Opens a node-wide table of counters. Every thread opens the same buffer once; an operation is a hash of the key and a
 * scan of 32 slots under the bucket's lock, so sums are exact whatever other threads do.
 * Keys are known by a 64-bit hash alone: two of them are taken for one with a chance of 2^-64 each pair.
 * @throws GatewayError `GW_COUNTERS_BUFFER` when the buffer is not such a table.
 */
export function createCounters(options: SharedCountersOptions): SharedCounters {
  return new Table(openMemory(options.buffer ?? allocateCounters()), options.clock);
}

class Table implements SharedCounters {
  readonly #memory: TableMemory;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #locks: BucketLocks;
  readonly #seedLow: number;
  readonly #seedHigh: number;
  readonly #bucketMask: number;
  readonly #hash: KeyHash = { low: 0, high: 0 };

  constructor(memory: TableMemory, clock: Pick<Clock, 'now'>) {
    this.#memory = memory;
    this.#clock = clock;
    this.#locks = new BucketLocks(memory.locks, (Atomics.add(memory.header, HEADER.users, 1) % 8_191) + 1);
    this.#seedLow = memory.header[HEADER.seedLow]!;
    this.#seedHigh = memory.header[HEADER.seedHigh]!;
    this.#bucketMask = memory.slots / BUCKET_SLOTS - 1;
  }

  get buffer(): SharedArrayBuffer {
    return this.#memory.buffer;
  }

  get capacity(): number {
    return this.#memory.slots;
  }

  get evictions(): number {
    return Atomics.load(this.#memory.header, HEADER.evictions);
  }

  add(key: string, amount: number, expiresAtMs: number): number {
    hashKey(key, this.#seedLow, this.#seedHigh, this.#hash);
    const nowMs = this.#clock.now();
    const bucket = this.#hash.low & this.#bucketMask;
    const held = this.#locks.acquire(bucket);
    const value = this.#addIn(bucket * BUCKET_SLOTS, amount, expiresAtMs, nowMs);
    this.#locks.release(bucket, held);
    return value;
  }

  get(key: string): number {
    hashKey(key, this.#seedLow, this.#seedHigh, this.#hash);
    const nowMs = this.#clock.now();
    const bucket = this.#hash.low & this.#bucketMask;
    const held = this.#locks.acquire(bucket);
    const slot = this.#find(bucket * BUCKET_SLOTS);
    const value = slot !== -1 && this.#memory.expiry[slot]! > nowMs ? this.#memory.value[slot]! : 0;
    this.#locks.release(bucket, held);
    return value;
  }

  #find(start: number): number {
    const { low, high } = this.#memory;
    for (let slot = start; slot < start + BUCKET_SLOTS; slot += 1) {
      if (low[slot] === this.#hash.low && high[slot] === this.#hash.high) return slot;
    }
    return -1;
  }

  #addIn(start: number, amount: number, expiresAtMs: number, nowMs: number): number {
    const { low, high, expiry, value } = this.#memory;
    let slot = this.#find(start);
    if (slot !== -1 && expiry[slot]! > nowMs) return (value[slot]! += amount);
    // Already over: it would be 0 again at once, and take the place of something that lives.
    if (!(expiresAtMs > nowMs)) return amount;
    if (slot === -1) slot = this.#makeRoom(start, nowMs);
    low[slot] = this.#hash.low;
    high[slot] = this.#hash.high;
    expiry[slot] = expiresAtMs;
    value[slot] = amount;
    return amount;
  }

  /** An empty or expired slot of the bucket, or the one nearest to expiry. */
  #makeRoom(start: number, nowMs: number): number {
    const { expiry, header } = this.#memory;
    let nearest = start;
    for (let slot = start; slot < start + BUCKET_SLOTS; slot += 1) {
      if (expiry[slot]! <= nowMs) return slot;
      if (expiry[slot]! < expiry[nearest]!) nearest = slot;
    }
    Atomics.add(header, HEADER.evictions, 1);
    return nearest;
  }
}
