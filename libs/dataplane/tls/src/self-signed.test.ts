import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { selfSignedCertificate } from './self-signed.ts';
import { checkIdentity } from './tls-identity.ts';

describe('selfSignedCertificate', () => {
  it('makes a certificate that Node reads, verifies and matches with its key', () => {
    const nowMs = Date.UTC(2026, 5, 1);
    const identity = selfSignedCertificate({ names: ['a.example', '*.b.example', '10.0.0.1'], nowMs, days: 10 });
    const certificate = new X509Certificate(identity.cert);
    expect(certificate.subject).toBe('CN=a.example');
    expect(certificate.issuer).toBe('CN=a.example');
    expect(certificate.subjectAltName).toBe('DNS:a.example, DNS:*.b.example, IP Address:10.0.0.1');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkIssued(certificate)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(identity.key))).toBe(true);
    expect([certificate.validFromDate, certificate.validToDate]).toEqual([new Date(nowMs - 86_400_000), new Date(nowMs + 864_000_000)]);
    expect([certificate.ca, certificate.keyUsage]).toEqual([false, ['1.3.6.1.5.5.7.3.1']]);
    expect([certificate.checkHost('x.b.example'), certificate.checkIP('10.0.0.1')]).toEqual(['*.b.example', '10.0.0.1']);
  });

  it('is for this machine by default, with another key and serial number each time', () => {
    const [one, two] = [selfSignedCertificate(), selfSignedCertificate()];
    const [first, second] = [new X509Certificate(one.cert), new X509Certificate(two.cert)];
    expect(first.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1');
    expect(first.serialNumber).not.toBe(second.serialNumber);
    expect(one.key).not.toBe(two.key);
  });

  it('writes names long enough for lengths of several bytes', () => {
    const names = Array.from({ length: 40 }, (_, i) => `host-${i}.a-rather-long-domain.example`);
    expect(new X509Certificate(selfSignedCertificate({ names }).cert).subjectAltName).toBe(names.map((name) => `DNS:${name}`).join(', '));
  });
});

describe('checkIdentity', () => {
  const good = selfSignedCertificate();
  it.each([
    [{ ...good }, null],
    [{ ...good, cert: 'nonsense' }, ['cert', 'not a PEM certificate']],
    [{ ...good, cert: '' }, ['cert', 'not a PEM certificate']],
    [{ ...good, key: 'nonsense' }, ['key', 'not a PEM private key']],
    [{ ...good, key: good.cert }, ['key', 'not a PEM private key']],
    [{ ...good, key: selfSignedCertificate().key }, ['key', 'certificate does not match key']],
  ] as const)('case %#', (identity, expected) => {
    const problem = checkIdentity(identity);
    if (expected === null) expect(problem).toBeNull();
    else expect(problem).toMatchObject({ field: expected[0], message: expect.stringContaining(expected[1]) });
  });
});
