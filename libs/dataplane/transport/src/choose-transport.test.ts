import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { LogFields, Logger } from '@gibbon/contracts/services';
import { watchHandles } from '@gibbon/testing-fixtures';
import { afterAll, describe, expect, it } from 'vitest';
import { chooseTransport } from './choose-transport.ts';
import type { Connection, Transport } from './contract.ts';
import { createDirectTransport } from './direct-transport.ts';
import { createNetTransport } from './net-transport.ts';
import { selfTest } from './self-test.ts';

type Change = (connection: Connection) => Partial<Connection>;

/** A transport whose outgoing connections differ from the contract. */
function broken(change: Change): Transport {
  const net = createNetTransport();
  return {
    ...net,
    name: 'direct',
    connect(options, handler) {
      const connection = net.connect(options, handler);
      return new Proxy(connection, {
        get(target, key) {
          const changed = change(target) as Record<PropertyKey, unknown>;
          const value = key in changed ? changed[key] : Reflect.get(target, key, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    },
  };
}

const BROKEN: readonly [string, Change, string][] = [
  ['mangles text', (target) => ({ writeLatin1: (text) => target.write(Buffer.from(text)) }), 'echoed data'],
  ['changes bytes', (target) => ({ write: (bytes) => target.write(bytes.map((byte) => byte ^ 1)) }), 'echoed data'],
  ['loses what it should join', (target) => ({ writeLatin1AndBytes: (text) => target.writeLatin1(text) }), 'no result within'],
  [
    'reports no back-pressure',
    (target) => ({
      write: (bytes) => {
        target.write(bytes);
        return true;
      },
    }),
    'never report that they are pending',
  ],
  ['ends by closing', (target) => ({ end: () => target.destroy() }), 'data after half-close'],
  ['does not reset', (target) => ({ destroy: (error) => target.destroy(error) }), 'no result within'],
];

function recordingLog(): { readonly log: Logger; readonly lines: { readonly fields: LogFields; readonly message: string }[] } {
  const lines: { fields: LogFields; message: string }[] = [];
  const warn = (fields: LogFields | string, message = ''): void => void lines.push({ fields: fields as LogFields, message });
  return { log: { warn } as unknown as Logger, lines };
}

describe('self-test and choice', () => {
  const handles = watchHandles();
  afterAll(() => handles.settled());

  it.each([
    ['net', createNetTransport],
    ['direct', createDirectTransport],
  ] as const)('%s passes', async (_, make) => {
    await expect(selfTest(make())).resolves.toBeUndefined();
  });

  it.each(BROKEN)('finds a transport that %s', async (_, change, reason) => {
    await expect(selfTest(broken(change), 300)).rejects.toThrow(reason);
  });

  it('chooses direct on this Node, silently', async () => {
    const { log, lines } = recordingLog();
    expect((await chooseTransport({ setting: 'auto', log })).name).toBe('direct');
    expect(lines).toEqual([]);
  });

  it('falls back to net with one line that says why', async () => {
    const { log, lines } = recordingLog();
    const candidate = (): Transport => broken((target) => ({ write: (bytes) => target.write(bytes.map((byte) => byte ^ 1)) }));
    expect((await chooseTransport({ setting: 'auto', log, candidate })).name).toBe('net');
    const unavailable = (): Transport => {
      throw new Error('no handles here');
    };
    expect((await chooseTransport({ setting: 'auto', log, candidate: unavailable })).name).toBe('net');
    expect(lines.map(({ fields, message }) => [(fields['err'] as Error).message.split(':')[0], message])).toEqual([
      ['echoed data', 'direct transport failed its self-test, using net'],
      ['no handles here', 'direct transport failed its self-test, using net'],
    ]);
  });

  it('obeys the setting', async () => {
    const { log } = recordingLog();
    expect((await chooseTransport({ setting: 'net', log })).name).toBe('net');
    expect((await chooseTransport({ setting: 'direct', log })).name).toBe('direct');
  });
});

describe('in a worker thread', () => {
  const handles = watchHandles();
  afterAll(() => handles.settled());

  it('works as in the main thread', async () => {
    const index = new URL('./index.ts', import.meta.url).href;
    const code = `
      import(${JSON.stringify(index)}).then(async ({ createDirectTransport, selfTest }) => {
        await selfTest(createDirectTransport());
        require('node:worker_threads').parentPort.postMessage('passed');
      });`;
    const worker = new Worker(code, { eval: true, execArgv: ['--conditions=@gibbon/source'] });
    const message = once(worker, 'message').then(([text]) => text as string);
    const exited = once(worker, 'exit').then(([exitCode]) => exitCode as number);
    expect(await message).toBe('passed');
    // Nothing is left that keeps the thread alive.
    expect(await exited).toBe(0);
  });
});
