import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { selfSignedCertificate } from './self-signed.ts';
import { checkIdentity } from './tls-identity.ts';

describe('selfSignedCertificate', () => {
  it('is for the names and days asked for', () => {
    const nowMs = Date.UTC(2026, 5, 1);
    const identity = selfSignedCertificate({ names: ['a.example', '10.0.0.1'], nowMs, days: 10 });
    const certificate = new X509Certificate(identity.cert);
    expect([certificate.subject, certificate.subjectAltName]).toEqual(['CN=a.example', 'DNS:a.example, IP Address:10.0.0.1']);
    expect([certificate.validFromDate, certificate.validToDate]).toEqual([new Date(nowMs - 86_400_000), new Date(nowMs + 864_000_000)]);
    expect(checkIdentity(identity)).toBeNull();
  });

  it('is for this machine and twenty years by default', () => {
    const certificate = new X509Certificate(selfSignedCertificate().cert);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect([certificate.checkIP('127.0.0.1'), certificate.checkIP('::1')]).toEqual(['127.0.0.1', '::1']);
    expect(certificate.validToDate.getTime()).toBeGreaterThan(Date.now() + 19.9 * 365 * 86_400_000);
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
