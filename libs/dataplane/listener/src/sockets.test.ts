import { GatewayError } from '@gibbon/contracts/errors';
import type { Listener } from '@gibbon/contracts/entities';
import { TestServices } from '@gibbon/testing-contract-kits';
import { describe, expect, test } from 'vitest';
import { Sockets } from './sockets.ts';
import type { SocketAddress, ThreadListener } from './thread.ts';

/** Threads that keep which sockets they would have, and the order in which they were told. */
class RecordingThreads {
  readonly calls: string[] = [];
  readonly taken = new Set<number>();

  async listen(listeners: readonly ThreadListener[]) {
    const refused = listeners.find(({ port }) => this.taken.has(port));
    if (refused !== undefined) throw new GatewayError('GW_LISTEN_IN_USE', `port ${refused.port} is in use`, { source: 'config' });
    for (const { host, port, ssl } of listeners) this.calls.push(`open ${host}:${port}${ssl ? ' ssl' : ''}`);
    return listeners.map(({ host, port, ssl }) => ({ host, port: port === 0 ? 40_000 : port, ssl }));
  }

  async unlisten(addresses: readonly SocketAddress[]) {
    for (const { host, port } of addresses) this.calls.push(`close ${host}:${port}`);
  }
}

function setup(fixed: readonly { readonly port: number; readonly ssl: boolean }[] = []) {
  const threads = new RecordingThreads();
  const occupied = new Set<number>();
  const assertFree = async ({ port }: SocketAddress): Promise<void> => {
    if (occupied.has(port)) throw new GatewayError('GW_LISTEN_IN_USE', `another process has port ${port}`, { source: 'config' });
  };
  const { logger: log } = new TestServices();
  const sockets = new Sockets({ threads, assertFree, log, fixed: fixed.map((one) => ({ host: '127.0.0.1', reusePort: true, ...one })) });
  return { threads, occupied, sockets };
}

const http = (port: number, id = `http-${port}`): Listener => ({ id, name: id, protocol: 'http', host: '127.0.0.1', port }) as Listener;
const https = (port: number): Listener => ({ ...http(port, `https-${port}`), protocol: 'https' });

describe('sockets of the settings', () => {
  test('open with the first configuration, once', async () => {
    const { threads, sockets } = setup([
      { port: 0, ssl: false },
      { port: 8443, ssl: true },
    ]);
    expect([sockets.usable, sockets.addresses]).toEqual([false, []]);
    await sockets.follow([]);
    await sockets.opened;
    await sockets.open();
    await sockets.follow([]);
    expect(threads.calls).toEqual(['open 127.0.0.1:0', 'open 127.0.0.1:8443 ssl']);
    expect(sockets.addresses).toEqual([
      { host: '127.0.0.1', port: 40_000, ssl: false },
      { host: '127.0.0.1', port: 8443, ssl: true },
    ]);
    expect(sockets.usable).toBe(true);
  });

  test('that cannot be had are no failure of a configuration, but one of the proxy', async () => {
    const { threads, sockets } = setup([{ port: 80, ssl: false }]);
    threads.taken.add(80);
    expect(await sockets.follow([])).toEqual([]);
    await expect(sockets.opened).rejects.toThrow('port 80 is in use');
    await expect(sockets.open()).rejects.toThrow('port 80 is in use');
    expect(sockets.usable).toBe(false);
  });

  test('may be none at all', async () => {
    const { sockets } = setup();
    await sockets.follow([]);
    await sockets.opened;
    expect(sockets.usable).toBe(true);
  });
});

describe('listeners of the configuration', () => {
  test('open and close with it: new sockets first, then the old ones close', async () => {
    const { threads, sockets } = setup();
    await sockets.follow([http(80)]);
    await sockets.follow([http(80), https(443)]);
    await sockets.follow([https(443), http(81)]);
    expect(threads.calls).toEqual(['open 127.0.0.1:80', 'open 127.0.0.1:443 ssl', 'open 127.0.0.1:81', 'close 127.0.0.1:80']);
    expect(sockets.addresses.map(({ port }) => port)).toEqual([443, 81]);
  });

  test('share a socket as long as one of them is there', async () => {
    const { threads, sockets } = setup();
    await sockets.follow([http(80, 'a'), http(80, 'b')]);
    await sockets.follow([http(80, 'b')]);
    expect(threads.calls).toEqual(['open 127.0.0.1:80']);
    await sockets.follow([]);
    expect(threads.calls.at(-1)).toBe('close 127.0.0.1:80');
  });

  test('change the protocol of a port by closing it first', async () => {
    const { threads, sockets } = setup();
    await sockets.follow([http(80)]);
    await sockets.follow([https(80), http(81)]);
    expect(threads.calls.slice(1)).toEqual(['open 127.0.0.1:81', 'close 127.0.0.1:80', 'open 127.0.0.1:80 ssl']);
  });

  test('without a socket are refused one by one, and get it at a later configuration', async () => {
    const { threads, occupied, sockets } = setup();
    occupied.add(80);
    threads.taken.add(81);
    expect(await sockets.follow([http(80, 'a'), http(80, 'b'), http(81), http(82)])).toEqual([
      { type: 'listeners', id: 'a', field: 'port', message: 'another process has port 80' },
      { type: 'listeners', id: 'b', field: 'port', message: 'another process has port 80' },
      { type: 'listeners', id: 'http-81', field: 'port', message: 'port 81 is in use' },
    ]);
    expect([threads.calls, sockets.failing, sockets.usable]).toEqual([['open 127.0.0.1:82'], true, true]);
    occupied.clear();
    threads.taken.clear();
    expect(await sockets.follow([http(80, 'a'), http(81), http(82)])).toEqual([]);
    expect([threads.calls.slice(1), sockets.failing]).toEqual([['open 127.0.0.1:80', 'open 127.0.0.1:81'], false]);
  });

  test('that are all refused leave nothing that clients could use', async () => {
    const { occupied, sockets } = setup();
    occupied.add(80);
    await sockets.follow([http(80)]);
    expect(sockets.usable).toBe(false);
  });

  test('that the settings have open already need no other socket', async () => {
    const { threads, sockets } = setup([{ port: 8000, ssl: false }]);
    const rejected = await sockets.follow([http(8000), https(8000)]);
    expect(rejected).toMatchObject([{ id: 'https-8000', message: expect.stringContaining('port 8000 is open for http already') }]);
    expect(threads.calls).toEqual(['open 127.0.0.1:8000']);
  });

  test('open nothing once the proxy ends', async () => {
    const { threads, sockets } = setup();
    sockets.end();
    expect(await sockets.follow([http(80)])).toEqual([]);
    expect(threads.calls).toEqual([]);
  });
});
