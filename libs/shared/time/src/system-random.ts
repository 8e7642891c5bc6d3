import { randomFillSync, randomUUID } from 'node:crypto';
import type { Random } from '@gibbon/contracts/services';

const POOL_BYTES = 4096;
// The generator costs about a microsecond per call and little per byte: request ids are cut from a pool.
const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

function hex(bytes: number): string {
  if (bytes > POOL_BYTES) return randomFillSync(Buffer.alloc(bytes)).toString('hex');
  if (used + bytes > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const start = used;
  used += bytes;
  return pool.toString('hex', start, used);
}

/** The process's randomness: `hex` and `uuid` from the operating system's generator, `float` from V8's. */
export const systemRandom: Random = { float: () => Math.random(), hex, uuid: () => randomUUID() };
