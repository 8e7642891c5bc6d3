import { codeOf } from '@gibbon/contracts/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Transport } from '../contract.ts';
import { Bench } from './recorder.ts';

/** How connections end. */
export function describeClosing(make: () => Transport): void {
  describe('closing', () => {
    let bench: Bench;
    beforeEach(() => {
      bench = new Bench(make());
    });
    afterEach(() => bench.close());

    it('half-closes: the other direction goes on until both have ended', async () => {
      const { client, server } = await bench.pair();
      client.connection.writeLatin1('question');
      client.connection.end();
      await server.saw('end');
      expect(server.text).toBe('question');
      server.connection.writeLatin1('answer');
      await client.received(6);
      expect(client.happenings).not.toContain('close');
      server.connection.end();
      await Promise.all([client.saw('close'), server.saw('close')]);
      expect(client.happenings).toEqual(['connect', 'data', 'end', 'close']);
      expect(server.happenings.filter((one) => one !== 'data')).toEqual(['end', 'close']);
      expect([client.closeError, server.closeError]).toEqual([null, null]);
    });

    it('sends what is pending before the FIN', async () => {
      const { client, server } = await bench.pair((recorder) => recorder.connection.pause());
      const size = 8 * 1024 * 1024;
      expect(client.connection.write(Buffer.alloc(size, 'z'))).toBe(false);
      client.connection.end();
      server.connection.resume();
      await server.saw('end');
      expect(server.bytes).toBe(size);
    });

    it('tells the peer of a destroy, and reports it once with the given error', async () => {
      const { client, server } = await bench.pair();
      const reason = new Error('enough');
      client.connection.destroy(reason);
      client.connection.destroy(new Error('later'));
      await client.saw('close');
      await server.until(() => server.happenings.length > 0);
      server.connection.destroy();
      await server.saw('close');
      expect(client.happenings).toEqual(['connect', 'close']);
      expect(client.closeError).toBe(reason);
      expect(server.closeError).toBeNull();
    });

    it('resets: the peer sees ECONNRESET, once', async () => {
      const { client, server } = await bench.pair();
      client.connection.destroy(null, true);
      await Promise.all([client.saw('close'), server.saw('close')]);
      expect(client.closeError).toBeNull();
      expect(codeOf(server.closeError)).toBe('ECONNRESET');
      expect(server.happenings).toEqual(['close']);
    });

    it('fails writes to a peer that is gone by closing with the reason', async () => {
      const { client, server } = await bench.pair((recorder) => recorder.connection.pause());
      client.connection.destroy(null, true);
      await client.saw('close');
      // A paused connection does not look; the write finds out.
      for (let i = 0; i < 100 && server.count('close') === 0; i++) {
        server.connection.write(Buffer.alloc(100_000));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await server.saw('close');
      expect(['EPIPE', 'ECONNRESET']).toContain(codeOf(server.closeError));
      expect(server.count('close')).toBe(1);
    });

    it('drops what is pending on destroy, and reports no drain for it', async () => {
      const { client } = await bench.pair((recorder) => recorder.connection.pause());
      expect(client.connection.write(Buffer.alloc(16 * 1024 * 1024))).toBe(false);
      client.connection.destroy();
      await client.saw('close');
      expect(client.happenings).toEqual(['connect', 'close']);
      expect(client.connection.pendingBytes).toBe(0);
    });

    it('does nothing after the end', async () => {
      const { client, server } = await bench.pair();
      const { remotePort, localPort } = client.connection;
      client.connection.destroy();
      await client.saw('close');
      server.connection.destroy();
      await server.saw('close');
      const { connection } = client;
      expect([
        connection.writeLatin1('x'),
        connection.write(Buffer.from('x')),
        connection.writeLatin1AndBytes('x', Buffer.from('x')),
      ]).toEqual([true, true, true]);
      connection.pause();
      connection.resume();
      connection.end();
      connection.destroy();
      expect(client.count('close')).toBe(1);
      expect([connection.remotePort, connection.localPort]).toEqual([remotePort, localPort]);
    });

    it('may be destroyed from within onData and within accept', async () => {
      const { client, server } = await bench.pair((recorder) => {
        recorder.onPiece = () => recorder.connection.destroy();
      });
      client.connection.write(Buffer.alloc(300_000));
      await server.saw('close');
      expect(server.happenings).toEqual(['data', 'close']);
      const listening = await bench.listen({}, (recorder) => recorder.connection.destroy());
      const refused = bench.connect({ port: listening.server.port });
      const accepted = await listening.nth(0);
      await accepted.saw('close');
      await refused.until(() => refused.count('end') + refused.count('close') > 0);
      expect(accepted.happenings).toEqual(['close']);
    });

    it('ends both sides at the same time', async () => {
      const { client, server } = await bench.pair();
      client.connection.end();
      server.connection.end();
      client.connection.end();
      await Promise.all([client.saw('close'), server.saw('close')]);
      expect([client.count('end'), client.count('close'), server.count('end'), server.count('close')]).toEqual([1, 1, 1, 1]);
    });
  });
}
