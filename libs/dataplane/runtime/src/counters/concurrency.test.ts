import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { allocateCounters } from './layout.ts';
import { createCounters } from './shared-counters.ts';

const MODULE = new URL('./shared-counters.ts', import.meta.url).href;
const FAR = Number.MAX_SAFE_INTEGER;

/** What each thread runs: `body` sees `counters`, `workerData`, and its result is posted back. */
function thread(body: string): string {
  return `
    const { parentPort, workerData } = require('node:worker_threads');
    import(workerData.module).then(({ createCounters }) => {
      const counters = createCounters({ clock: Date, buffer: workerData.buffer });
      const gate = new Int32Array(workerData.gate);
      Atomics.add(gate, 1, 1);
      Atomics.notify(gate, 1);
      Atomics.wait(gate, 0, 0);
      parentPort.postMessage((() => { ${body} })());
    });`;
}

/** Runs the body in several threads that start together; returns what each posted. */
async function race(count: number, body: string, buffer: SharedArrayBuffer): Promise<unknown[]> {
  const gate = new SharedArrayBuffer(8);
  const gates = new Int32Array(gate);
  const workers = Array.from({ length: count }, (_, index) => {
    const workerData = { module: MODULE, buffer, gate, index };
    return new Worker(thread(body), { eval: true, workerData, execArgv: ['--conditions=@gibbon/source'] });
  });
  const results = workers.map(async (worker) => {
    // Asked for before: a thread that ends at once delivers its message and its end in one turn.
    const exited = once(worker, 'exit');
    const [message] = (await once(worker, 'message')) as [unknown];
    await exited;
    return message;
  });
  for (let ready = Atomics.load(gates, 1); ready < count; ready = Atomics.load(gates, 1)) await Atomics.waitAsync(gates, 1, ready).value;
  Atomics.store(gates, 0, 1);
  Atomics.notify(gates, 0);
  return Promise.all(results);
}

it('loses no count when threads add to the same keys', async () => {
  const buffer = allocateCounters(64);
  await race(4, `for (let n = 0; n < 40_000; n += 1) counters.add('k' + (n & 7), 1, ${FAR}); return null;`, buffer);
  const counters = createCounters({ clock: Date, buffer });
  const sums = Array.from({ length: 8 }, (_, n) => counters.get(`k${n}`));
  expect(sums).toEqual(Array.from({ length: 8 }, () => 20_000));
  expect(counters.evictions).toBe(0);
});

it('gives every sum to exactly one thread, so that a limit admits exactly as many', async () => {
  const buffer = allocateCounters();
  const body = `let admitted = 0; for (let n = 0; n < 20_000; n += 1) if (counters.add('limit', 1, ${FAR}) <= 12_345) admitted += 1; return admitted;`;
  const admitted = (await race(4, body, buffer)) as number[];
  expect(admitted.reduce((sum, count) => sum + count, 0)).toBe(12_345);
});

it('stays whole when threads fill it beyond its capacity', async () => {
  const buffer = allocateCounters(256);
  const body = `
    for (let n = 0; n < 20_000; n += 1) counters.add('t' + workerData.index + ':' + n, 1, ${FAR} - (n % 7));
    let wrong = 0;
    for (let n = 0; n < 20_000; n += 1) { const value = counters.get('t' + workerData.index + ':' + n); if (value !== 0 && value !== 1) wrong += 1; }
    return wrong;`;
  expect(await race(3, body, buffer)).toEqual([0, 0, 0]);
  const counters = createCounters({ clock: Date, buffer });
  let live = 0;
  for (let t = 0; t < 3; t += 1) for (let n = 0; n < 20_000; n += 1) live += counters.get(`t${t}:${n}`);
  expect(live).toBe(256);
  expect(counters.evictions).toBe(60_000 - 256);
});
