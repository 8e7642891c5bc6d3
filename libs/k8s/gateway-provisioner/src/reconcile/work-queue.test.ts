import { FakeClock } from '@gibbon/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WorkQueue } from './work-queue.ts';

let clock: FakeClock;
let queue: WorkQueue;
/** What was begun, in order; finished by a call of the function in `running`. */
let begun: string[];
let running: Map<string, (againMs: number | null) => void>;

beforeEach(() => {
  clock = new FakeClock();
  [begun, running] = [[], new Map()];
  queue = new WorkQueue({
    clock,
    concurrency: 2,
    work: (key) =>
      new Promise((resolve) => {
        begun.push(key);
        running.set(key, (againMs) => {
          running.delete(key);
          resolve(againMs);
        });
      }),
  });
});

afterEach(async () => {
  for (const finish of [...running.values()]) finish(null);
  await queue.dispose();
  expect(clock.pending).toBe(0);
});

/** Finishes a piece of work, and lets follow what follows. */
async function finish(key: string, againMs: number | null = null): Promise<void> {
  running.get(key)?.(againMs);
  await clock.advanceAsync(0);
}

describe('a queue', () => {
  it('takes nothing before it is resumed, nor while it is paused', () => {
    queue.add('a');
    queue.resume();
    expect(begun).toEqual([]);
    queue.add('a');
    queue.pause();
    queue.add('b');
    expect(begun).toEqual(['a']);
  });

  it('works on so many keys at a time, and on each once', async () => {
    queue.resume();
    for (const key of ['a', 'b', 'c', 'a', 'c']) queue.add(key);
    expect(begun).toEqual(['a', 'b']);
    await finish('b');
    expect(begun).toEqual(['a', 'b', 'c']);
    await finish('a');
    // Asked for while it was worked on.
    expect(begun).toEqual(['a', 'b', 'c', 'a']);
    await finish('a');
    await finish('c');
    expect(begun).toHaveLength(4);
  });

  it('waits as long as it is told, and no longer than anybody wants', async () => {
    queue.resume();
    queue.add('a', 1000);
    queue.add('a', 100);
    queue.add('a', 500);
    clock.advance(99);
    expect(begun).toEqual([]);
    clock.advance(1);
    expect(begun).toEqual(['a']);
    await finish('a', 300);
    clock.advance(299);
    expect(begun).toEqual(['a']);
    queue.add('b', 5);
    clock.advance(5);
    expect(begun).toEqual(['a', 'a', 'b']);
  });

  it('forgets what was to be done when it pauses, also what is to be done again', async () => {
    queue.resume();
    queue.add('a');
    queue.add('a');
    queue.add('b', 100);
    queue.pause();
    await finish('a', 100);
    queue.resume();
    clock.advance(1000);
    expect(begun).toEqual(['a']);
  });

  it('ends when what is being worked on has', async () => {
    queue.resume();
    queue.add('a');
    let hasEnded = false;
    const end = queue.dispose().then(() => (hasEnded = true));
    await clock.advanceAsync(0);
    expect(hasEnded).toBe(false);
    await finish('a');
    await end;
  });
});
