import { describe, expect, it } from 'vitest';
import { BucketLocks } from './bucket-lock.ts';

describe('BucketLocks', () => {
  const memory = (): Int32Array => new Int32Array(new SharedArrayBuffer(8));

  it('hold one bucket and leave the others free', () => {
    const words = memory();
    const [one, two] = [new BucketLocks(words, 1), new BucketLocks(words, 2)];
    const held = one.acquire(0);
    const other = two.acquire(1);
    expect(words).toEqual(Int32Array.of(held, other));
    one.release(0, held);
    two.release(1, other);
    expect(words).toEqual(Int32Array.of(0, 0));
  });

  it('tell every holding apart, also of the same owner', () => {
    const locks = new BucketLocks(memory(), 8_191);
    const seen = new Set<number>();
    for (let n = 0; n < 1_000; n += 1) {
      const held = locks.acquire(0);
      expect(held).toBeGreaterThan(0);
      seen.add(held);
      locks.release(0, held);
    }
    expect(seen.size).toBe(1_000);
  });

  it('take a bucket over from a holder that died, which cannot give it back any more', () => {
    const words = memory();
    const dead = new BucketLocks(words, 1).acquire(0);
    const locks = new BucketLocks(words, 2, 3);
    const held = locks.acquire(0);
    expect(held).not.toBe(dead);
    new BucketLocks(words, 1).release(0, dead);
    expect(words[0]).toBe(held);
    locks.release(0, held);
    expect(words[0]).toBe(0);
  });
});
