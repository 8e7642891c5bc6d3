import { createPrivateKey, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCertificate } from './certificate.ts';
import { element, objectId, TAG } from './der.ts';

const validity = { notBeforeMs: Date.UTC(2026, 0, 1), notAfterMs: Date.UTC(2046, 11, 31) };

describe('createCertificate', () => {
  it('makes a self-signed certificate that Node reads, verifies and matches with its key', () => {
    const identity = createCertificate({ names: ['a.example', '*.b.example', '10.0.0.1', '2001:db8::1'], ...validity });
    const certificate = new X509Certificate(identity.cert);
    expect([certificate.subject, certificate.issuer]).toEqual(['CN=a.example', 'CN=a.example']);
    expect(certificate.subjectAltName).toBe('DNS:a.example, DNS:*.b.example, IP Address:10.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkIssued(certificate)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(identity.key))).toBe(true);
    expect([certificate.validFromDate.getTime(), certificate.validToDate.getTime()]).toEqual([validity.notBeforeMs, validity.notAfterMs]);
    expect([certificate.ca, certificate.keyUsage]).toEqual([false, ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']]);
    expect([certificate.checkHost('x.b.example'), certificate.checkIP('2001:db8::1')]).toEqual(['*.b.example', '2001:db8::1']);
  });

  it.each(['ecdsa', 'rsa'] as const)('issues certificates by an authority with an %s key', (keyType) => {
    const authority = createCertificate({ names: [], commonName: 'Some CA', authority: true, keyType, ...validity });
    const root = new X509Certificate(authority.cert);
    expect([root.ca, root.subject, root.subjectAltName]).toEqual([true, 'CN=Some CA', undefined]);
    const leaf = new X509Certificate(createCertificate({ names: ['a.example'], issuer: authority, ...validity }).cert);
    expect([leaf.issuer, leaf.verify(root.publicKey), leaf.checkIssued(root), leaf.ca]).toEqual(['CN=Some CA', true, true, false]);
    expect(root.checkIssued(leaf)).toBe(false);
  });

  it('writes organisations into the subject, where Kubernetes reads the groups of a client', () => {
    const { cert } = createCertificate({ names: [], commonName: 'someone', organizations: ['system:masters', 'others'], ...validity });
    const certificate = new X509Certificate(cert);
    expect(certificate.subject).toBe('O=system:masters\nO=others\nCN=someone');
    expect([certificate.issuer, certificate.checkIssued(certificate)]).toEqual([certificate.subject, true]);
  });

  it.each([
    ['server', ['1.3.6.1.5.5.7.3.1']],
    ['client', ['1.3.6.1.5.5.7.3.2']],
  ] as const)('says that a certificate is good for a %s alone', (purpose, usages) => {
    expect(new X509Certificate(createCertificate({ names: ['a'], purpose, ...validity }).cert).keyUsage).toEqual(usages);
  });

  it('gives each certificate a key and a serial number of its own', () => {
    const make = () => createCertificate({ names: ['a'], ...validity });
    const [one, two] = [make(), make()];
    expect(one.key).not.toBe(two.key);
    expect(new X509Certificate(one.cert).serialNumber).not.toBe(new X509Certificate(two.cert).serialNumber);
  });

  it('writes any number of names, lengths of several bytes included', () => {
    const label = fc.stringMatching(/^[a-z]{1,20}$/);
    fc.assert(
      fc.property(fc.uniqueArray(label, { minLength: 1, maxLength: 60 }), (names) => {
        const { cert } = createCertificate({ names, ...validity });
        expect(new X509Certificate(cert).subjectAltName).toBe(names.map((name) => `DNS:${name}`).join(', '));
      }),
      { numRuns: 30 },
    );
  });
});

describe('DER', () => {
  it.each([
    [0, '0400'],
    [127, '047f'],
    [128, '048180'],
    [255, '0481ff'],
    [256, '04820100'],
    [65536, '0483010000'],
  ])('writes the length %i in the shortest form (X.690 section 10.1)', (length, head) => {
    expect(element(TAG.octetString, Buffer.alloc(length)).toString('hex').slice(0, head.length)).toBe(head);
  });

  it('writes object identifiers in base 128', () => {
    expect(objectId('1.2.840.113549.1.1.11').toString('hex')).toBe('06092a864886f70d01010b');
    expect(objectId('2.5.29.17').toString('hex')).toBe('0603551d11');
  });
});
