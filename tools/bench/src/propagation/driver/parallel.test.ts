import { describe, expect, it } from 'vitest';
import { inParallel } from './parallel.ts';

describe('inParallel', () => {
  it('does everything once, and no more at a time than it may', async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      done.push(item);
    });
    expect([most, done.toSorted((a, b) => a - b)]).toEqual([3, [1, 2, 3, 4, 5, 6, 7]]);
    await inParallel([], 3, () => Promise.reject(new Error('never')));
  });

  it('begins nothing more after a failure, and waits for what is under way', async () => {
    const done: number[] = [];
    const work = async (item: number): Promise<void> => {
      if (item === 2) throw new Error('item 2');
      await new Promise(setImmediate);
      done.push(item);
    };
    await expect(inParallel([1, 2, 3, 4], 2, work)).rejects.toThrow('item 2');
    expect(done).toEqual([1]);
  });
});
