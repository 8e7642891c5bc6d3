import type { CaCertificate } from '@gibbon/contracts/entities';
import { Type } from '@gibbon/schema';
import { readCertificate } from './certificates.ts';
import { defineEntity, type Draft, type EntityContext, type EntityProblem } from './definition.ts';

/** @see https://developer.konghq.com/gateway/entities/ca-certificate/ */
export const caCertificates = defineEntity('ca_certificates', {
  description: 'A trusted certificate authority.',
  unique: ['cert_digest'],
  fields: {
    cert: Type.String({ description: 'One certificate, PEM.' }),
    cert_digest: Type.String({ minLength: 0, default: '', description: 'SHA-256 of the certificate, hex; computed.', 'x-computed': true }),
  },
  prepare: computeDigest,
  check: checkAuthority,
  anonymousKey: (certificate) => certificate.cert_digest,
});

function computeDigest(draft: Draft): [] {
  const certificate = typeof draft['cert'] === 'string' ? readCertificate(draft['cert']) : '';
  draft['cert_digest'] = typeof certificate === 'string' ? '' : certificate.fingerprint256.replaceAll(':', '').toLowerCase();
  return [];
}

function checkAuthority({ cert }: CaCertificate, context: EntityContext): readonly EntityProblem[] {
  if (cert.split('-----BEGIN CERTIFICATE-----').length > 2) return [problem('please submit only one certificate at a time')];
  const certificate = readCertificate(cert);
  if (typeof certificate === 'string') return [problem(`invalid certificate: ${certificate}`)];
  const problems: EntityProblem[] = [];
  if (certificate.validToDate.getTime() < context.now()) problems.push(problem('certificate expired, "Not After" time is in the past'));
  if (!certificate.ca) problems.push(problem('certificate does not appear to be a CA because it is missing the "CA" basic constraint'));
  return problems;
}

function problem(message: string): EntityProblem {
  return { path: 'cert', message, scope: 'field' };
}
