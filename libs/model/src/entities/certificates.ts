import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { Certificate } from '@gibbon/contracts/entities';
import { isVaultReference, Nullable, Type } from '@gibbon/schema';
import { defineEntity, type EntityProblem } from './definition.ts';

/** @see https://developer.konghq.com/gateway/entities/certificate/ */
export const certificates = defineEntity('certificates', {
  description: 'A server or client certificate with its private key.',
  fields: {
    cert: Type.String({ description: 'Certificate chain, PEM.', 'x-referenceable': true }),
    key: Type.String({ description: 'Private key, PEM.', 'x-referenceable': true, 'x-secret': true }),
    cert_alt: Nullable(Type.String({ description: 'Chain of another key type, PEM.', 'x-referenceable': true })),
    key_alt: Nullable(Type.String({ description: 'Its private key, PEM.', 'x-referenceable': true, 'x-secret': true })),
  },
  rules: [{ mutually_required: ['cert_alt', 'key_alt'] }],
  check: checkCertificate,
  anonymousKey: (certificate) => certificate.cert,
});

function checkCertificate(certificate: Certificate): readonly EntityProblem[] {
  const problems: EntityProblem[] = [];
  const main = checkPair(certificate.cert, certificate.key, ['cert', 'key', 'certificate'], problems);
  if (certificate.cert_alt === null || certificate.key_alt === null) return problems;
  const other = checkPair(certificate.cert_alt, certificate.key_alt, ['cert_alt', 'key_alt', 'alternative certificate'], problems);
  if (main !== null && main === other) {
    const message =
      'certificate and alternative certificate need to have different type (e.g. RSA and ECDSA), the provided certificates were both of the same type';
    problems.push({ path: '', message, scope: 'record' });
  }
  return problems;
}

/** Checks that a certificate and its key belong together. @returns the type of the key, where both can be read. */
function checkPair(
  cert: string,
  key: string,
  [certField, keyField, noun]: readonly [string, string, string],
  problems: EntityProblem[],
): string | null {
  const x509 = isVaultReference(cert) ? null : readCertificate(cert);
  const secret = isVaultReference(key) ? null : readKey(key);
  if (typeof x509 === 'string') problems.push({ path: certField, message: `invalid certificate: ${x509}`, scope: 'field' });
  if (typeof secret === 'string') problems.push({ path: keyField, message: `invalid key: ${secret}`, scope: 'field' });
  if (x509 === null || secret === null || typeof x509 === 'string' || typeof secret === 'string') return null;
  if (!x509.checkPrivateKey(secret)) problems.push({ path: '', message: `${noun} does not match key`, scope: 'record' });
  return secret.asymmetricKeyType ?? null;
}

/** A certificate, or why it cannot be read. */
export function readCertificate(pem: string): X509Certificate | string {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    return reasonOf(error);
  }
}

function readKey(pem: string): KeyObject | string {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'not a PEM text';
}
