import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { HealthTable } from './health-table.ts';

const LIMITS = { successes: 1, tcpFailures: 1, httpFailures: 200, timeouts: 0 };

describe('HealthTable', () => {
  it('gives a key the same slot in every thread, and others to other keys', () => {
    const main = new HealthTable();
    const worker = new HealthTable(main.buffer, 1);
    const slots = ['a', 'b', 'c'].map((key) => main.claim(key));
    expect(new Set(slots).size).toBe(3);
    expect(['a', 'b', 'c'].map((key) => worker.claim(key))).toEqual(slots);
  });

  it('shows a change in one thread to the others, with a new version when availability changed', () => {
    const main = new HealthTable();
    const worker = new HealthTable(main.buffer, 1);
    const slot = main.claim('a');
    worker.claim('a');
    const before = main.version;
    expect(worker.report(slot, 'http_failure', LIMITS)).toBe(false);
    expect(main.version).toBe(before);
    expect(worker.report(slot, 'tcp_failure', LIMITS)).toBe(true);
    expect([main.isAvailable(slot), main.version]).toEqual([false, before + 1]);
    expect(main.set(slot, true)).toBe(true);
    expect([worker.isAvailable(slot), worker.version]).toEqual([true, before + 2]);
    expect(main.set(slot, true)).toBe(false);
  });

  it('keeps the state while some thread holds the key, and forgets it then', () => {
    const main = new HealthTable();
    const worker = new HealthTable(main.buffer, 1);
    const slot = main.claim('a');
    worker.claim('a');
    main.set(slot, false);
    main.release(slot);
    expect(main.claim('a')).toBe(slot);
    expect(main.isAvailable(slot)).toBe(false);
    main.release(slot);
    worker.release(slot);
    expect(main.isAvailable(main.claim('a'))).toBe(true);
  });

  it('counts claims of one thread', () => {
    const table = new HealthTable();
    const slot = table.claim('a');
    table.claim('a');
    table.set(slot, false);
    table.release(slot);
    table.claim('b');
    expect(table.isAvailable(table.claim('a'))).toBe(false);
  });

  it('gives back what a thread of the same number held before it crashed', () => {
    const main = new HealthTable();
    const crashed = new HealthTable(main.buffer, 1);
    const slot = crashed.claim('only-there');
    const shared = main.claim('a');
    crashed.claim('a');
    main.set(shared, false);
    crashed.set(slot, false);
    const replacement = new HealthTable(main.buffer, 1);
    expect(replacement.isAvailable(replacement.claim('only-there'))).toBe(true);
    expect(replacement.isAvailable(replacement.claim('a'))).toBe(false);
  });

  it('grows, and uses slots again', () => {
    const table = new HealthTable();
    const bytes = table.buffer.byteLength;
    const slots = Array.from({ length: 3000 }, (_, n) => table.claim(`key-${n}`));
    expect(new Set(slots).size).toBe(3000);
    const grown = table.buffer.byteLength;
    expect(grown).toBeGreaterThan(bytes);
    for (const slot of slots) table.set(slot, false);
    for (const slot of slots) table.release(slot);
    const again = Array.from({ length: 3000 }, (_, n) => table.claim(`other-${n}`));
    expect(table.buffer.byteLength).toBe(grown);
    expect(again.every((slot) => table.isAvailable(slot))).toBe(true);
  });

  it('refuses more threads than it has room for', () => {
    expect(() => new HealthTable(HealthTable.allocate(), 64)).toThrow(RangeError);
  });

  it('loses no report and no slot when threads work on it at once', async () => {
    const main = new HealthTable();
    const slot = main.claim('shared');
    const gate = new SharedArrayBuffer(4);
    const workers = [1, 2].map(
      (holder) =>
        new Worker(new URL('./testing/health-worker.ts', import.meta.url), {
          workerData: { buffer: main.buffer, gate, holder, reports: 50, keys: 400 },
          execArgv: ['--conditions=@gibbon/source'],
        }),
    );
    const results = workers.map(async (worker) => (await once(worker, 'message'))[0] as number[]);
    const exits = workers.map((worker) => once(worker, 'exit'));
    const [first, second] = await Promise.all(results);
    await Promise.all(exits);
    expect(second).toEqual(first);
    expect(new Set(first).size).toBe(400);
    // 100 failures were counted: the next hundred brings it down, not one earlier.
    for (let n = 0; n < 99; n++) main.report(slot, 'http_failure', LIMITS);
    expect(main.isAvailable(slot)).toBe(true);
    main.report(slot, 'http_failure', LIMITS);
    expect(main.isAvailable(slot)).toBe(false);
  });
});
