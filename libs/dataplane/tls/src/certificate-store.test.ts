import { once } from 'node:events';
import { connect, type ConnectionOptions, type SecureContext, type TLSSocket } from 'node:tls';
import type { Certificate, Sni } from '@gibbon/contracts/entities';
import { createNetTransport } from '@gibbon/dataplane-transport';
import { createTestAuthority, watchHandles, type TestAuthority } from '@gibbon/testing-fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CertificateStore } from './certificate-store.ts';
import { selfSignedCertificate } from './self-signed.ts';
import type { TlsIdentity } from './tls-identity.ts';

const base = { tags: null, created_at: null, updated_at: null };
/** That clients connect to. */
const PORT = 443;
const fallback = selfSignedCertificate({ names: ['fallback.example'] });

function certificate(id: string, { cert, key }: TlsIdentity, alternative: TlsIdentity | null = null): Certificate {
  return { ...base, id, cert, key, cert_alt: alternative?.cert ?? null, key_alt: alternative?.key ?? null };
}

function sni(name: string, certificateId: string): Sni {
  return { ...base, id: `sni-${name}`, name, certificate: { id: certificateId } };
}

/** What a client sees of a context, on a listening socket as the data plane opens it. */
async function handshake(
  context: SecureContext,
  options: ConnectionOptions = {},
): Promise<{ subject: string; keyType: string; protocol: string | null; cipher: string }> {
  const server = await createNetTransport().listen(
    { host: '127.0.0.1', port: 0, reusePort: false, tls: { contextFor: () => context, alpn: [] } },
    (connection) => ({ onConnect() {}, onData() {}, onDrain() {}, onClose() {}, onEnd: () => connection.destroy() }),
  );
  const socket: TLSSocket = connect({
    port: server.port,
    host: '127.0.0.1',
    servername: 'x.example',
    rejectUnauthorized: false,
    ...options,
  });
  try {
    await once(socket, 'secureConnect');
    const peer = socket.getPeerX509Certificate();
    return {
      subject: peer?.subject ?? '',
      keyType: peer?.publicKey.asymmetricKeyType ?? '',
      protocol: socket.getProtocol(),
      cipher: socket.getCipher().name,
    };
  } finally {
    socket.end();
    await Promise.all([server.close(), socket.closed || once(socket, 'close')]);
  }
}

describe('CertificateStore', () => {
  const handles = watchHandles();
  let authority: TestAuthority;
  let identity: TlsIdentity;
  beforeAll(async () => {
    authority = await createTestAuthority();
    identity = await authority.issue({ names: ['a.example'] });
  });
  afterAll(() => handles.settled());

  it('looks names up in the order of Kong', () => {
    const store = new CertificateStore({ fallback });
    const names = ['a.example.com', '*.example.com', 'a.example.*', 'only.exact', '*.com', 'mixed.Case.com'];
    const snis = names.map((name) => sni(name, `cert ${name}`));
    const certificates = names.map((name) => certificate(`cert ${name}`, identity));
    expect(store.update(certificates, snis)).toEqual([]);
    const found = (name: string | null): string | null => store.certificateIdFor(name, PORT)?.slice('cert '.length) ?? null;
    expect(found('a.example.com')).toBe('a.example.com');
    expect(found('A.Example.COM')).toBe('a.example.com');
    expect(found('MIXED.case.com')).toBe('mixed.Case.com');
    expect(found('b.example.com')).toBe('*.example.com');
    expect(found('a.example.org')).toBe('a.example.*');
    // One label is substituted, and the first one only in names of three.
    expect(found('x.b.example.com')).toBeNull();
    expect(found('example.com')).toBeNull();
    expect(found('x.only.exact')).toBeNull();
    expect(found(null)).toBeNull();
    store.update([...certificates, certificate('star', identity)], [...snis, sni('*', 'star')]);
    expect(store.certificateIdFor('x.b.example.com', PORT)).toBe('star');
    expect(store.certificateIdFor('host', PORT)).toBe('star');
    expect(store.certificateIdFor(null, PORT)).toBeNull();
  });

  it('prefers names of the port that the client connected to', () => {
    const store = new CertificateStore({ fallback });
    const names = ['a.example.com:8443', 'a.example.com', '*.example.com:9443', '*:9443', 'b.example.com'];
    const certificates = names.map((name) => certificate(`cert ${name}`, identity));
    expect(
      store.update(
        certificates,
        names.map((name) => sni(name, `cert ${name}`)),
      ),
    ).toEqual([]);
    const found = (name: string, port: number): string | null => store.certificateIdFor(name, port)?.slice('cert '.length) ?? null;
    expect(found('A.example.com', 8443)).toBe('a.example.com:8443');
    expect(found('a.example.com', PORT)).toBe('a.example.com');
    // A more exact name goes first, whatever port the others are for.
    expect(found('a.example.com', 9443)).toBe('a.example.com');
    expect(found('b.example.com', 9443)).toBe('b.example.com');
    expect(found('c.example.com', 9443)).toBe('*.example.com:9443');
    expect(found('x.test', 9443)).toBe('*:9443');
    expect(found('x.test', PORT)).toBeNull();
    store.update(certificates, [sni('a.example.com', 'cert a.example.com')]);
    expect(found('a.example.com', 8443)).toBe('a.example.com');
  });

  it('serves the certificate of the name, and the default one for others', async () => {
    const store = new CertificateStore({ fallback });
    store.update([certificate('a', identity)], [sni('a.example', 'a')]);
    expect((await handshake(store.contextFor('a.example', PORT))).subject).toBe('CN=a.example');
    expect((await handshake(store.contextFor('other.example', PORT))).subject).toBe('CN=fallback.example');
    expect((await handshake(store.contextFor(null, PORT))).subject).toBe('CN=fallback.example');
  });

  it('chooses between two key types by what the client can', async () => {
    const rsa = await authority.issue({ names: ['a.example'], keyType: 'rsa' });
    const store = new CertificateStore({ fallback });
    expect(store.update([certificate('a', identity, rsa)], [sni('a.example', 'a')])).toEqual([]);
    const context = store.contextFor('a.example', PORT);
    expect((await handshake(context, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' })).keyType).toBe('ec');
    expect((await handshake(context, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' })).keyType).toBe('rsa');
  });

  it('speaks TLS 1.2 and 1.3 with strong ciphers alone', async () => {
    const context = new CertificateStore({ fallback }).contextFor(null, PORT);
    expect((await handshake(context)).protocol).toBe('TLSv1.3');
    expect((await handshake(context, { maxVersion: 'TLSv1.2' })).protocol).toBe('TLSv1.2');
    await expect(handshake(context, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).rejects.toThrow();
    await expect(handshake(context, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' })).rejects.toThrow();
  });

  it('keeps contexts of certificates that did not change, and makes new ones for those that did', async () => {
    const store = new CertificateStore({ fallback });
    const other = await authority.issue({ names: ['b.example'] });
    const snis = [sni('a.example', 'a'), sni('b.example', 'b')];
    store.update([certificate('a', identity), certificate('b', other)], snis);
    const [a, b] = [store.contextFor('a.example', PORT), store.contextFor('b.example', PORT)];
    expect(store.contextFor('A.EXAMPLE', PORT)).toBe(a);
    const renewed = await authority.issue({ names: ['b.example'] });
    store.update([certificate('a', { ...identity }), certificate('b', renewed)], snis);
    expect(store.contextFor('a.example', PORT)).toBe(a);
    expect(store.contextFor('b.example', PORT)).not.toBe(b);
    store.update([], []);
    expect(store.contextFor('a.example', PORT)).toBe(store.contextFor(null, PORT));
  });

  it('names bad certificates and fields, and serves the others', () => {
    const store = new CertificateStore({ fallback });
    const rejections = store.update(
      [
        certificate('good', identity),
        certificate('bad-cert', { ...identity, cert: 'x' }),
        certificate('bad-key', { ...identity, key: 'x' }),
        certificate('mismatch', { cert: fallback.cert, key: identity.key }),
        certificate('bad-alternative', identity, { cert: 'x', key: 'y' }),
      ],
      [sni('good.example', 'good'), sni('bad.example', 'bad-cert'), sni('lost.example', 'nowhere')],
    );
    expect(rejections.map(({ type, id, field }) => `${type} ${id} ${field}`)).toEqual([
      'certificates bad-cert cert',
      'certificates bad-key key',
      'certificates mismatch key',
      'certificates bad-alternative cert_alt',
      'snis sni-lost.example certificate',
    ]);
    expect(rejections.at(-1)?.message).toBe("'lost.example' refers to certificate nowhere, which does not exist");
    expect(store.certificateIdFor('good.example', PORT)).toBe('good');
    expect(store.certificateIdFor('bad.example', PORT)).toBeNull();
  });

  it('refuses a default certificate that is none', () => {
    expect(() => new CertificateStore({ fallback: { cert: 'x', key: 'y' } })).toThrow();
  });
});
