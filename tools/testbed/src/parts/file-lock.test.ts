import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isLocked, withFileLock } from './file-lock.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'testbed-'));
  file = join(folder, 'lock');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const free = { timeoutMs: 1000, waiting: (): void => expect.unreachable('nobody else holds the lock') };

describe.skipIf(process.platform !== 'linux')('withFileLock', () => {
  it('holds the lock during the work alone, also when the work fails', async () => {
    const work = withFileLock(file, free, async () => {
      expect(await isLocked(file)).toBe(true);
      throw new Error('no luck');
    });
    await expect(work).rejects.toThrow('no luck');
    expect(await isLocked(file)).toBe(false);
  });

  it('lets one in after the other, and says that it waits', async () => {
    const order: string[] = [];
    const waiting = Promise.withResolvers<void>();
    const first = withFileLock(file, free, async () => {
      order.push('first begins');
      await waiting.promise;
      order.push('first ends');
    });
    const second = (async (): Promise<void> => {
      while (order.length === 0) await new Promise(setImmediate);
      await withFileLock(file, { timeoutMs: 10_000, waiting: waiting.resolve }, async () => void order.push('second'));
    })();
    await Promise.all([first, second]);
    expect(order).toEqual(['first begins', 'first ends', 'second']);
  });

  it('gives up when the other does not let go', async () => {
    await withFileLock(file, free, async () => {
      await expect(withFileLock(file, { timeoutMs: 50, waiting: () => {} }, async () => 1)).rejects.toThrow('locked by another process');
    });
  });

  it('stops waiting when told', async () => {
    const stop = new AbortController();
    await withFileLock(file, free, async () => {
      const waiting = (): void => stop.abort(new Error('enough'));
      await expect(withFileLock(file, { timeoutMs: 60_000, waiting, signal: stop.signal }, async () => 1)).rejects.toThrow('enough');
    });
    expect(await isLocked(file)).toBe(false);
  });
});
