/** Two 32-bit lanes of a key's hash; one object, written by {@link hashKey}. */
export interface KeyHash {
  low: number;
  high: number;
}

/**
 * Hashes a key to 64 bits in two lanes that see every UTF-16 unit, so that two keys share both with a chance of 2^-64.
 * The seeds are random per table: whoever chooses keys (paths, header values) cannot aim at one bucket.
 */
export function hashKey(key: string, seedLow: number, seedHigh: number, into: KeyHash): void {
  let low = seedLow;
  let high = seedHigh;
  for (let index = 0; index < key.length; index += 1) {
    const unit = key.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x9e3779b1);
    high = Math.imul(high ^ unit, 0x5f356495);
    // Multiplication carries upwards only; folding the upper bits down lets every bit reach every bucket.
    low ^= low >>> 15;
    high ^= high >>> 13;
  }
  into.low = finish(low ^ high, 0x85ebca6b, 0xc2b2ae35);
  into.high = finish(high + key.length, 0xcc9e2d51, 0x1b873593);
}

function finish(lane: number, first: number, second: number): number {
  let mixed = Math.imul(lane ^ (lane >>> 16), first);
  mixed = Math.imul(mixed ^ (mixed >>> 13), second);
  return mixed ^ (mixed >>> 16);
}
