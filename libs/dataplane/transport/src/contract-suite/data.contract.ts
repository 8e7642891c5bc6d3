import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Transport } from '../contract.ts';
import { Bench, pattern, type Recorder } from './recorder.ts';

const MEBIBYTE = 1024 * 1024;

/** Sends `total` bytes of the pattern as fast as the connection takes them, then FIN. */
async function pump(recorder: Recorder, total: number): Promise<void> {
  for (let sent = 0; sent < total; sent += 200_000) {
    const drains = recorder.count('drain');
    if (!recorder.connection.write(pattern(sent, Math.min(200_000, total - sent)))) await recorder.saw('drain', drains + 1);
  }
  recorder.connection.end();
}

/** What arrives, in what order, and what pushes back. */
export function describeData(make: () => Transport): void {
  describe('data', () => {
    let bench: Bench;
    beforeEach(() => {
      bench = new Bench(make());
    });
    afterEach(() => bench.close());

    it('connects, knows both addresses and says so once', async () => {
      const { client, server } = await bench.pair();
      expect(client.happenings).toEqual(['connect']);
      expect(server.happenings).toEqual([]);
      const addresses = ({ connection }: Recorder) => [
        connection.localAddress,
        connection.localPort,
        connection.remoteAddress,
        connection.remotePort,
      ];
      expect(addresses(client).slice(0, 3)).toEqual(['127.0.0.1', server.connection.remotePort, '127.0.0.1']);
      expect(addresses(server)).toEqual(['127.0.0.1', client.connection.remotePort, '127.0.0.1', client.connection.localPort]);
      expect([client.connection.tls, server.connection.tls]).toEqual([null, null]);
    });

    it('carries text byte by byte, bytes, and heads with bytes, in the order written', async () => {
      const { client, server } = await bench.pair();
      const allBytes = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');
      expect(client.connection.writeLatin1(allBytes)).toBe(true);
      client.connection.write(Buffer.from('|bytes|'));
      client.connection.writeLatin1AndBytes('head|', Buffer.from('body|'));
      client.connection.writeLatin1AndBytes('empty|', new Uint8Array(0));
      client.connection.write(new Uint8Array(0));
      const expected = `${allBytes}|bytes|head|body|empty|`;
      await server.received(expected.length);
      expect(server.text).toBe(expected);
      expect(client.connection.pendingBytes).toBe(0);
    });

    it('copies what it cannot send, so that the caller may reuse its buffer', async () => {
      const { client, server } = await bench.pair((recorder) => recorder.connection.pause());
      const bytes = Buffer.alloc(100_000);
      let writes = 0;
      let more = true;
      for (; more || writes < 3; writes++) {
        bytes.fill(writes & 255);
        more = client.connection.write(bytes);
        bytes.fill(0xff);
      }
      server.connection.resume();
      await server.received(writes * bytes.length);
      const all = Buffer.concat(server.chunks);
      for (let i = 0; i < writes; i++) {
        const part = all.subarray(i * bytes.length, (i + 1) * bytes.length);
        expect(part.equals(Buffer.alloc(bytes.length, i & 255)), `write ${i}`).toBe(true);
      }
    });

    it('answers from within onData', async () => {
      const { client, server } = await bench.pair((recorder) => {
        recorder.onPiece = (buffer, length) => recorder.connection.write(buffer.subarray(0, length));
      });
      for (let i = 0; i < 50; i++) {
        client.connection.writeLatin1(`message ${i};`);
        await client.until(() => client.text.endsWith(`message ${i};`));
      }
      expect(client.text).toBe(server.text);
    });

    it.each([['to the server'], ['to the client']])('pushes back and loses nothing on large writes %s', async (direction) => {
      const { client, server } = await bench.pair();
      const [from, to] = direction === 'to the server' ? [client, server] : [server, client];
      const total = 12 * MEBIBYTE;
      to.connection.pause();
      const pumped = pump(from, total);
      expect(from.connection.pendingBytes).toBeGreaterThan(0);
      expect(from.count('drain')).toBe(0);
      to.connection.resume();
      await pumped;
      await to.saw('end');
      expect(to.bytes).toBe(total);
      expect(Buffer.concat(to.chunks).equals(pattern(0, total))).toBe(true);
      expect(from.count('drain')).toBeGreaterThan(0);
      expect(from.connection.pendingBytes).toBe(0);
    });

    it('pushes back on text and on heads with large bytes too, and drains once per false', async () => {
      const { client, server } = await bench.pair((recorder) => recorder.connection.pause());
      const text = 'x'.repeat(300_000);
      let sent = 0;
      while (client.connection.writeLatin1(text)) sent += text.length;
      sent += text.length;
      expect(client.connection.writeLatin1AndBytes('head', Buffer.alloc(50_000, 'b'))).toBe(false);
      expect(client.connection.writeLatin1AndBytes('head', Buffer.alloc(300_000, 'c'))).toBe(false);
      expect(client.connection.write(Buffer.from('end'))).toBe(false);
      sent += 350_011;
      server.connection.resume();
      await server.received(sent);
      await client.saw('drain');
      expect(client.count('drain')).toBe(1);
      expect(server.text.slice(-300_008)).toBe(`bhead${'c'.repeat(300_000)}end`);
      expect(client.connection.writeLatin1('again')).toBe(true);
      await server.received(sent + 5);
    });

    it('delivers nothing while paused, and all of it in order when resumed', async () => {
      const { client, server } = await bench.pair();
      server.onPiece = () => server.connection.pause();
      client.connection.writeLatin1('first');
      await server.received(5);
      client.connection.writeLatin1('second');
      // A round trip on a second connection is later than the arrival of the bytes above.
      const other = await bench.pair((recorder) => {
        recorder.onPiece = (buffer, length) => recorder.connection.write(buffer.subarray(0, length));
      });
      other.client.connection.writeLatin1('ping');
      await other.client.received(4);
      expect(server.text).toBe('first');
      server.onPiece = null;
      server.connection.resume();
      await server.received(11);
      expect(server.text).toBe('firstsecond');
    });

    it('serves many connections at a time without mixing them', async () => {
      const listening = await bench.listen({}, (recorder) => {
        recorder.onPiece = (buffer, length) => recorder.connection.write(buffer.subarray(0, length));
      });
      const clients = Array.from({ length: 100 }, () => bench.connect({ port: listening.server.port }));
      await Promise.all(clients.map((client) => client.saw('connect')));
      clients.forEach((client, i) => client.connection.writeLatin1(`connection-${String(i).padStart(3, '0')}`));
      await Promise.all(clients.map((client) => client.received(14)));
      clients.forEach((client, i) => expect(client.text).toBe(`connection-${String(i).padStart(3, '0')}`));
      await listening.nth(99);
      for (const recorder of listening.accepted) recorder.connection.destroy();
      await Promise.all(clients.map((client) => client.until(() => client.count('end') + client.count('close') > 0)));
    });
  });
}
