import { Worker } from 'node:worker_threads';
import type { Logger } from '@gibbon/contracts/services';
import { systemClock } from '@gibbon/time';
import { afterEach, describe, expect, test } from 'vitest';
import { WorkerPool } from './pool.ts';
import type { ThreadConfiguration } from './thread.ts';

const lines: string[] = [];
const errors: unknown[] = [];
let onLine: ((line: string) => void) | null = null;
const record = (_fields: unknown, message?: string): void => {
  const line = message ?? String(_fields);
  if (typeof _fields === 'object' && _fields !== null && 'err' in _fields) errors.push(_fields.err);
  lines.push(line);
  onLine?.(line);
};
const log: Logger = {
  trace: record,
  debug: record,
  info: record,
  warn: record,
  error: record,
  fatal: record,
  isLevelEnabled: () => true,
  child: () => log,
};

const live = new Set<Worker>();
let pool: WorkerPool | null = null;
let current: ThreadConfiguration | null = null;

function makePool(size: number, refuse = false): WorkerPool {
  pool = new WorkerPool({
    size,
    log,
    clock: systemClock,
    current: () => current,
    spawn: () => {
      const worker = new Worker(new URL('./testing/worker.ts', import.meta.url), {
        workerData: { refuse },
        execArgv: ['--conditions=@gibbon/source'],
      });
      live.add(worker);
      worker.once('exit', () => live.delete(worker));
      return worker;
    },
  });
  return pool;
}

/** A revision for the scripted thread, whose behaviour travels where a difference would; `null` makes it a whole configuration. */
function revision(number: number, behaviour: object | null = {}): ThreadConfiguration {
  return { revision: number, delta: behaviour, full: null };
}

/** Resolves when a log line appears. */
function logged(text: string): Promise<void> {
  return new Promise((resolve) => {
    onLine = (line) => {
      if (line.includes(text)) resolve();
    };
  });
}

afterEach(async () => {
  onLine = null;
  lines.length = 0;
  errors.length = 0;
  current = null;
  await pool?.stop(100);
  expect(live.size).toBe(0);
});

async function revisionsSum(): Promise<number | undefined> {
  return (await pool!.metrics()).metrics[0]?.values[0];
}

/** By port that is open in workers, the sum of the revisions that served when they opened it. */
async function openPorts(): Promise<Record<string, number | undefined>> {
  const { metrics } = await pool!.metrics();
  return Object.fromEntries(metrics.filter(({ name }) => name.startsWith('port_')).map(({ name, values }) => [name, values[0]]));
}

describe('WorkerPool', () => {
  test('configures every worker and reports problems once', async () => {
    await makePool(2).start();
    expect(await pool!.configure(revision(1))).toEqual([]);
    expect(await pool!.configure(revision(2, { problem: true }))).toEqual([{ type: 'routes', id: 'r', field: 'paths.1', message: 'bad' }]);
    expect(await revisionsSum()).toBe(4);
  });

  test('gives all workers the port that the first one got', async () => {
    await makePool(2).start();
    expect(await pool!.listen([{ host: '127.0.0.1', port: 0, ssl: false, reusePort: true }])).toEqual([
      { host: '127.0.0.1', port: 40000, ssl: false },
    ]);
  });

  test('passes on why a socket could not be opened', async () => {
    await makePool(1).start();
    const listening = pool!.listen([{ host: '127.0.0.1', port: 1, ssl: false, reusePort: true }]);
    await expect(listening).rejects.toMatchObject({ code: 'GW_LISTEN_DENIED', message: 'no permission for port 1' });
  });

  test('opens and closes sockets in all workers', async () => {
    await makePool(2).start();
    await pool!.configure(revision(1));
    const socket = { host: '127.0.0.1', port: 5000, ssl: false, reusePort: true };
    await pool!.listen([socket]);
    await pool!.listen([{ ...socket, port: 5001 }]);
    expect(await openPorts()).toEqual({ port_5000: 2, port_5001: 2 });
    await pool!.unlisten([socket]);
    expect(await openPorts()).toEqual({ port_5001: 2 });
  });

  test('opens no socket in any worker when one cannot', async () => {
    await makePool(2).start();
    await pool!.configure(revision(1));
    const only = (port: number) => ({ host: '127.0.0.1', port, ssl: false, reusePort: true });
    await expect(pool!.listen([only(1)])).rejects.toMatchObject({ code: 'GW_LISTEN_DENIED' });
    expect(await openPorts()).toEqual({});
  });

  test('opens the sockets of the day in a replacement, when it serves', async () => {
    await makePool(1).start();
    await pool!.configure(revision(1));
    await pool!.listen([5000, 5001].map((port) => ({ host: '127.0.0.1', port, ssl: false, reusePort: true })));
    await pool!.unlisten([{ host: '127.0.0.1', port: 5000 }]);
    current = revision(7, null);
    const replaced = logged('took the place');
    await pool!.configure(revision(2, { crash: true }));
    await replaced;
    // Its one socket was opened under the revision that serves.
    expect(await openPorts()).toEqual({ port_5001: 7 });
    await pool!.listen([{ host: '127.0.0.1', port: 5002, ssl: false, reusePort: true }]);
    expect(await openPorts()).toEqual({ port_5001: 7, port_5002: 7 });
  });

  test('replaces a crashed worker by one that serves the current configuration', async () => {
    await makePool(2).start();
    await pool!.configure(revision(1));
    current = revision(2, null);
    const replaced = logged('took the place');
    await pool!.configure(revision(2, { crash: true }));
    await replaced;
    await replacedTwice();
    expect(await revisionsSum()).toBe(4);
  });

  test('says what a worker crashed of', async () => {
    await makePool(1).start();
    current = revision(1, null);
    const replaced = logged('took the place');
    await pool!.configure(revision(1, { fault: 'a mistake in a plugin' }));
    await replaced;
    expect(errors).toMatchObject([{ message: 'a mistake in a plugin', stack: expect.stringContaining('testing/worker.ts') }]);
  });

  test('sends the whole configuration to a worker that lacks the base of a difference', async () => {
    await makePool(1).start();
    current = revision(5, null);
    await pool!.configure(revision(5));
    expect(await revisionsSum()).toBe(5);
  });

  test('adds up what goes on in all workers', async () => {
    await makePool(2).start();
    await pool!.configure(revision(1));
    expect(await pool!.stats()).toMatchObject({ requests: 2, connections: 2 });
  });

  test('says why workers cannot start', async () => {
    await expect(makePool(1, true).start()).rejects.toMatchObject({ code: 'GW_BOOT', message: 'cannot boot' });
  });
});

/** Both workers crash in that test: waits for the second replacement, too. */
async function replacedTwice(): Promise<void> {
  if (lines.filter((line) => line.includes('took the place')).length < 2) await logged('took the place');
}
