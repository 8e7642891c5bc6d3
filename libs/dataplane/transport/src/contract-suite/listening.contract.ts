import { createServer, type AddressInfo } from 'node:net';
import { codeOf } from '@gibbon/contracts/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Transport } from '../contract.ts';
import { Bench } from './recorder.ts';

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Listening sockets, and connections that do not come about. */
export function describeListening(make: () => Transport): void {
  describe('listening and connecting', () => {
    let bench: Bench;
    beforeEach(() => {
      bench = new Bench(make());
    });
    afterEach(() => bench.close());

    it('reports a refused connection once, later than the call', async () => {
      const client = bench.connect({ port: await closedPort() });
      expect(client.happenings).toEqual([]);
      await client.saw('close');
      expect(client.happenings).toEqual(['close']);
      expect(codeOf(client.closeError)).toBe('ECONNREFUSED');
    });

    it('gives up connecting after the time allowed', async () => {
      const listening = await bench.listen();
      const client = bench.connect({ port: listening.server.port, timeoutMs: 1 });
      // Loopback connects at once: only a loop that was busy for longer sees the time run out first.
      const end = performance.now() + 10;
      while (performance.now() < end);
      await client.saw('close');
      expect(client.happenings).toEqual(['close']);
      expect(codeOf(client.closeError)).toBe('GW_CONNECT_TIMEOUT');
      expect(client.closeError?.message).toContain(`127.0.0.1:${listening.server.port} within 1 ms`);
    });

    it('may be given up while connecting', async () => {
      const listening = await bench.listen();
      const client = bench.connect({ port: listening.server.port });
      client.connection.destroy(new Error('changed my mind'));
      await client.saw('close');
      expect(client.happenings).toEqual(['close']);
      expect(client.closeError?.message).toBe('changed my mind');
    });

    it('names the address that is in use', async () => {
      const { server } = await bench.listen();
      const again = bench.listen({ port: server.port });
      await expect(again).rejects.toMatchObject({
        code: 'GW_LISTEN_IN_USE',
        source: 'config',
        message: expect.stringContaining(`127.0.0.1:${server.port}`),
      });
    });

    it('says when an address is not of this machine', async () => {
      await expect(bench.listen({ host: '192.0.2.1' })).rejects.toMatchObject({
        code: 'GW_LISTEN_FAILED',
        message: expect.stringContaining('192.0.2.1:0: no interface of this machine has that address'),
      });
    });

    it('shares a port among listeners that ask for it', async () => {
      const first = await bench.listen({ reusePort: true });
      const second = await bench.listen({ reusePort: true, port: first.server.port });
      expect(second.server.port).toBe(first.server.port);
      const clients = Array.from({ length: 40 }, () => bench.connect({ port: first.server.port }));
      await Promise.all(clients.map((client) => client.saw('connect')));
      for (const client of clients) client.connection.writeLatin1('x');
      while (first.accepted.length + second.accepted.length < 40) await new Promise((resolve) => setImmediate(resolve));
      const accepted = [...first.accepted, ...second.accepted];
      await Promise.all(accepted.map((recorder) => recorder.received(1)));
      for (const recorder of accepted) recorder.connection.destroy();
      await Promise.all(accepted.map((recorder) => recorder.saw('close')));
    });

    it('stops accepting while open connections live on', async () => {
      const listening = await bench.listen();
      const { port } = listening.server;
      const client = bench.connect({ port });
      const server = await listening.nth(0);
      await client.saw('connect');
      await Promise.all([listening.server.close(), listening.server.close()]);
      const late = bench.connect({ port });
      await late.saw('close');
      expect(codeOf(late.closeError)).toBe('ECONNREFUSED');
      client.connection.writeLatin1('still here');
      await server.received(10);
      server.connection.writeLatin1('so am I');
      await client.received(7);
      server.connection.end();
      client.connection.end();
      await Promise.all([server.saw('close'), client.saw('close')]);
    });

    it('can listen on the same port as soon as it was closed', async () => {
      const { server } = await bench.listen();
      await server.close();
      const again = await bench.listen({ port: server.port });
      expect(again.server.port).toBe(server.port);
    });

    it('listens on IPv6 apart from IPv4', async () => {
      const v6 = await bench.listen({ host: '::1' });
      const client = bench.connect({ host: '::1', port: v6.server.port });
      const server = await v6.nth(0);
      await client.saw('connect');
      expect([server.connection.remoteAddress, client.connection.remoteAddress]).toEqual(['::1', '::1']);
      server.connection.destroy();
      await server.saw('close');
    });
  });
}
