import { createTestAuthority, issueExpired, type TestAuthority, type TestCertificate } from '@gibbon/testing-fixtures';
import { X509Certificate } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { normaliseEntity } from '../index.ts';

let authority: TestAuthority;
let ecdsa: TestCertificate;
let rsa: TestCertificate;

beforeAll(async () => {
  authority = await createTestAuthority();
  [ecdsa, rsa] = await Promise.all([authority.issue({ names: ['a.example'] }), authority.issue({ names: ['a.example'], keyType: 'rsa' })]);
});

function problems(type: 'certificates' | 'ca_certificates', input: object): string[] {
  const result = normaliseEntity(type, input);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

test('a certificate with its key, and a pair of both types', () => {
  expect(problems('certificates', ecdsa)).toEqual([]);
  expect(problems('certificates', { ...ecdsa, cert_alt: rsa.cert, key_alt: rsa.key })).toEqual([]);
});

test('the same certificate has the same id', () => {
  const [first, second] = [normaliseEntity('certificates', ecdsa), normaliseEntity('certificates', { ...ecdsa, tags: ['t'] })];
  expect(first.ok && second.ok && first.entity.id === second.entity.id).toBe(true);
});

test('what does not belong together', async () => {
  const other = await authority.issue({ names: ['b.example'] });
  expect(problems('certificates', { cert: ecdsa.cert, key: other.key })).toEqual([': certificate does not match key']);
  expect(problems('certificates', { ...ecdsa, cert_alt: rsa.cert })).toEqual([
    ": all or none of these fields must be set: 'cert_alt', 'key_alt'",
  ]);
  expect(problems('certificates', { ...ecdsa, cert_alt: rsa.cert, key_alt: other.key })).toEqual([
    ': alternative certificate does not match key',
    ': certificate and alternative certificate need to have different type (e.g. RSA and ECDSA), the provided certificates were both of the same type',
  ]);
});

test('what is no PEM', () => {
  const found = problems('certificates', { cert: 'x', key: 'y' });
  expect(found).toEqual([expect.stringMatching(/^cert: invalid certificate: ./), expect.stringMatching(/^key: invalid key: ./)]);
});

test('references to a vault are not read', () => {
  expect(problems('certificates', { cert: '{vault://env/cert}', key: '{vault://env/key}' })).toEqual([]);
});

test('an authority has the digest of its certificate', () => {
  const result = normaliseEntity('ca_certificates', { cert: authority.cert });
  const digest = new X509Certificate(authority.cert).fingerprint256.replaceAll(':', '').toLowerCase();
  expect(result).toMatchObject({ ok: true, entity: { cert_digest: digest } });
});

test('what is no authority', async () => {
  const expired = await issueExpired(authority, ['a.example']);
  expect(problems('ca_certificates', { cert: expired.cert })).toEqual(['cert: certificate expired, "Not After" time is in the past']);
  expect(problems('ca_certificates', { cert: ecdsa.cert })).toEqual([
    'cert: certificate does not appear to be a CA because it is missing the "CA" basic constraint',
  ]);
  expect(problems('ca_certificates', { cert: authority.cert + authority.cert })).toEqual([
    'cert: please submit only one certificate at a time',
  ]);
  expect(problems('ca_certificates', { cert: 'x' })).toEqual([expect.stringMatching(/^cert: invalid certificate: ./)]);
});
