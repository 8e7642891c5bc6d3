import { connect as connectTcp } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { createTestAuthority, type TestAuthority } from '@gibbon/testing-fixtures';
import { codeOf } from '@gibbon/contracts/errors';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ClientTls, ServerTls, Transport } from '../contract.ts';
import { Bench, pattern } from './recorder.ts';

interface Material {
  readonly authority: TestAuthority;
  readonly contexts: ReadonlyMap<string | null, SecureContext>;
}

async function makeMaterial(): Promise<Material> {
  const authority = await createTestAuthority();
  const [first, second] = await Promise.all([
    authority.issue({ names: ['a.example'] }),
    authority.issue({ names: ['b.example', '127.0.0.1'] }),
  ]);
  const context = createSecureContext(second);
  return {
    authority,
    contexts: new Map([
      ['a.example', createSecureContext(first)],
      ['b.example', context],
      ['unknown.example', context],
      [null, context],
    ]),
  };
}

/** TLS on both sides. */
export function describeTls(make: () => Transport): void {
  describe('TLS', () => {
    let material: Material;
    let bench: Bench;
    let asked: (string | null)[];
    let serverTls: ServerTls;
    beforeAll(async () => {
      material = await makeMaterial();
    });
    beforeEach(() => {
      bench = new Bench(make());
      asked = [];
      const contextFor = (servername: string | null): SecureContext | null => {
        asked.push(servername);
        return material.contexts.get(servername) ?? null;
      };
      serverTls = { contextFor, alpn: ['http/1.1'] };
    });
    afterEach(() => bench.close());

    const clientTls = (servername: string | null, more: Partial<ClientTls> = {}): ClientTls => ({
      servername,
      verify: true,
      ca: [material.authority.cert],
      cert: null,
      key: null,
      alpn: ['http/1.1'],
      ...more,
    });

    it('chooses certificates by server name and protocols by ALPN', async () => {
      const listening = await bench.listen({ tls: serverTls });
      for (const [i, servername] of ['a.example', 'b.example'].entries()) {
        const client = bench.connect({ port: listening.server.port, tls: clientTls(servername) });
        await client.saw('connect');
        const server = await listening.nth(i);
        const facts = { servername, alpn: 'http/1.1', protocol: 'TLSv1.3' };
        expect(client.connection.tls).toEqual(facts);
        expect(server.connection.tls).toEqual(facts);
        expect(server.connection.remotePort).toBe(client.connection.localPort);
        client.connection.writeLatin1('over TLS');
        await server.received(8);
        server.connection.end();
        client.connection.end();
        await Promise.all([client.saw('close'), server.saw('close')]);
        expect([client.closeError, server.closeError]).toEqual([null, null]);
      }
      expect(asked).toEqual(['a.example', 'b.example']);
    });

    it('serves clients without server name and without ALPN', async () => {
      const listening = await bench.listen({ tls: serverTls });
      const client = bench.connect({ port: listening.server.port, tls: clientTls('127.0.0.1', { alpn: [] }) });
      await client.saw('connect');
      const server = await listening.nth(0);
      expect(server.connection.tls).toEqual({ servername: null, alpn: null, protocol: 'TLSv1.3' });
      expect(asked).toEqual([null]);
      server.connection.destroy();
      await client.until(() => client.count('end') + client.count('close') > 0);
    });

    it('refuses a server whose certificate is for another name or of an unknown authority', async () => {
      const listening = await bench.listen({ tls: serverTls });
      const other = bench.connect({
        port: listening.server.port,
        tls: clientTls('a.example', { ca: [(await createTestAuthority()).cert] }),
      });
      await other.saw('close');
      expect(other.happenings).toEqual(['close']);
      expect(other.closeError).toBeInstanceOf(Error);
      const unchecked = bench.connect({ port: listening.server.port, tls: clientTls('unknown.example', { verify: false }) });
      await unchecked.saw('connect');
      const wrongName = bench.connect({ port: listening.server.port, tls: clientTls('unknown.example') });
      await wrongName.saw('close');
      expect(codeOf(wrongName.closeError)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    });

    it('fails the handshake when there is no certificate', async () => {
      const listening = await bench.listen({ tls: { ...serverTls, contextFor: () => null } });
      const client = bench.connect({ port: listening.server.port, tls: clientTls('a.example') });
      await client.saw('close');
      expect(client.closeError).toBeInstanceOf(Error);
      expect(listening.accepted).toHaveLength(0);
    });

    it('disconnects a client that does not finish its handshake, or speaks no TLS', async () => {
      const listening = await bench.listen({ tls: serverTls, handshakeTimeoutMs: 30 });
      const silent = bench.connect({ port: listening.server.port });
      const plain = bench.connect({ port: listening.server.port });
      await plain.saw('connect');
      plain.connection.writeLatin1('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      await Promise.all([silent, plain].map((client) => client.until(() => client.count('end') + client.count('close') > 0)));
      expect(listening.accepted).toHaveLength(0);
    });

    it('gives up unfinished handshakes when the server closes', async () => {
      const listening = await bench.listen({ tls: serverTls });
      const raw = connectTcp(listening.server.port, '127.0.0.1');
      const ended = new Promise<void>((resolve) => raw.once('close', () => resolve()));
      raw.on('error', () => undefined).resume();
      await new Promise<void>((resolve) => raw.once('connect', resolve));
      // A second client's certificate is asked for after the first was accepted.
      const second = bench.connect({ port: listening.server.port, tls: clientTls('a.example') });
      await second.saw('connect');
      await listening.server.close();
      await ended;
    });

    it('pushes back and loses nothing on large writes', async () => {
      const listening = await bench.listen({ tls: serverTls });
      const client = bench.connect({ port: listening.server.port, tls: clientTls('a.example') });
      await client.saw('connect');
      const server = await listening.nth(0);
      server.connection.pause();
      const total = 12 * 1024 * 1024;
      expect(client.connection.write(pattern(0, total))).toBe(false);
      client.connection.end();
      server.connection.resume();
      await server.saw('end');
      expect(Buffer.concat(server.chunks).equals(pattern(0, total))).toBe(true);
      server.connection.writeLatin1('got it');
      await client.received(6);
      server.connection.end();
      await Promise.all([client.saw('close'), server.saw('close')]);
    });

    it('is cut off where a plain connection would be reset', async () => {
      const listening = await bench.listen({ tls: serverTls });
      const client = bench.connect({ port: listening.server.port, tls: clientTls('a.example') });
      await client.saw('connect');
      const server = await listening.nth(0);
      server.connection.destroy(null, true);
      await server.saw('close');
      await client.until(() => client.count('end') + client.count('close') > 0);
      client.connection.destroy(null, true);
      await client.saw('close');
      expect([client.count('close'), server.count('close'), server.closeError]).toEqual([1, 1, null]);
    });

    it('asks for a client certificate without insisting', async () => {
      const listening = await bench.listen({ tls: { ...serverTls, requestCertificate: true } });
      const identity = await material.authority.issue({ names: ['client.example'] });
      for (const [i, more] of [identity, {}].entries()) {
        const client = bench.connect({ port: listening.server.port, tls: clientTls('a.example', more) });
        await client.saw('connect');
        const server = await listening.nth(i);
        server.connection.destroy();
        await client.until(() => client.count('end') + client.count('close') > 0);
      }
    });

    it('counts the handshake into the time allowed for connecting', async () => {
      const silent = await bench.listen();
      const client = bench.connect({ port: silent.server.port, timeoutMs: 20, tls: clientTls('a.example') });
      await client.saw('close');
      expect(client.happenings).toEqual(['close']);
      expect(codeOf(client.closeError)).toBe('GW_CONNECT_TIMEOUT');
    });

    it('fails a connection whose client certificate is no PEM, later than the call', async () => {
      const client = bench.connect({ port: 1, tls: clientTls('a.example', { cert: 'nonsense', key: 'nonsense' }) });
      expect(client.happenings).toEqual([]);
      await client.saw('close');
      expect(client.happenings).toEqual(['close']);
      expect(client.closeError).toMatchObject({ code: 'GW_TLS_SETTINGS', message: expect.stringContaining('127.0.0.1:1 are not usable') });
    });
  });
}
