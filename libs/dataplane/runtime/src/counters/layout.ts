import { GatewayError } from '@gibbon/contracts/errors';

/**
 * ```
 * header   16 x int32   magic, slots, seeds, number of users, evictions
 * locks    int32 per bucket
 * low      int32 per slot   ┐ 64-bit hash of the key
 * high     int32 per slot   ┘
 * expiry   float64 per slot   wall clock, ms; 0 = empty
 * value    float64 per slot
 * ```
 * A key belongs to one bucket of {@link BUCKET_SLOTS} slots and may sit anywhere in it.
 */
export const BUCKET_SLOTS = 32;

/** Counters that fit when nothing is said: 3 MiB. */
export const DEFAULT_SLOTS = 131_072;

const MAGIC = 0x67696263;
const HEADER_INTS = 16;
const SLOT_BYTES = 24;

/** Positions in the header. */
export const HEADER = { magic: 0, slots: 1, seedLow: 2, seedHigh: 3, users: 4, evictions: 5 } as const;

/** Views on a table's memory. */
export interface TableMemory {
  readonly buffer: SharedArrayBuffer;
  readonly slots: number;
  readonly header: Int32Array;
  readonly locks: Int32Array;
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly expiry: Float64Array;
  readonly value: Float64Array;
}

/**
 * Allocates a table that all threads of the node may open.
 * @param slots how many counters it holds; rounded up to a power of two, at least 32. Buckets fill unevenly: expect
 * evictions of live counters only when it is more than a third full.
 */
export function allocateCounters(slots: number = DEFAULT_SLOTS): SharedArrayBuffer {
  const rounded = Math.max(BUCKET_SLOTS, 2 ** Math.ceil(Math.log2(slots)));
  const buffer = new SharedArrayBuffer(HEADER_INTS * 4 + (rounded / BUCKET_SLOTS) * 4 + padding(rounded) + rounded * SLOT_BYTES);
  const header = new Int32Array(buffer, 0, HEADER_INTS);
  const seeds = crypto.getRandomValues(new Int32Array(2));
  header[HEADER.slots] = rounded;
  header[HEADER.seedLow] = seeds[0]!;
  header[HEADER.seedHigh] = seeds[1]!;
  Atomics.store(header, HEADER.magic, MAGIC);
  return buffer;
}

/**
 * Opens what {@link allocateCounters} made, in this or another thread.
 * @throws GatewayError `GW_COUNTERS_BUFFER` when the memory is something else.
 */
export function openMemory(buffer: SharedArrayBuffer): TableMemory {
  if (buffer.byteLength < HEADER_INTS * 4 || Atomics.load(new Int32Array(buffer, 0, HEADER_INTS), HEADER.magic) !== MAGIC) {
    throw new GatewayError('GW_COUNTERS_BUFFER', 'the shared memory for counters was not made by allocateCounters()', {
      source: 'internal',
    });
  }
  const header = new Int32Array(buffer, 0, HEADER_INTS);
  const slots = header[HEADER.slots]!;
  const buckets = slots / BUCKET_SLOTS;
  const lanes = HEADER_INTS * 4 + buckets * 4 + padding(slots);
  return {
    buffer,
    slots,
    header,
    locks: new Int32Array(buffer, HEADER_INTS * 4, buckets),
    low: new Int32Array(buffer, lanes, slots),
    high: new Int32Array(buffer, lanes + slots * 4, slots),
    expiry: new Float64Array(buffer, lanes + slots * 8, slots),
    value: new Float64Array(buffer, lanes + slots * 16, slots),
  };
}

/** Bytes after the locks that bring the float64 lanes to a multiple of 8. */
function padding(slots: number): number {
  return ((slots / BUCKET_SLOTS) % 2) * 4;
}
