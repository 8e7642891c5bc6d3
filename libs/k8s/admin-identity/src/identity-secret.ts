import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Secret } from '@gibbon/k8s-types';
import type { Identity } from '@gibbon/x509';
import { createAuthority, isGood, issueController } from './certificates.ts';

/** What the Secret holds: an authority with its key, and the controller's own certificate. */
export interface StoredIdentity {
  readonly authority: Identity;
  readonly controller: Identity;
}

/** Keys of the Secret; those of the controller are the ones of a `kubernetes.io/tls` Secret. */
const KEYS = { authorityCert: 'ca.crt', authorityKey: 'ca.key', cert: 'tls.crt', key: 'tls.key' } as const;

/** A new identity. */
export function createIdentity(nowMs: number): StoredIdentity {
  const authority = createAuthority(nowMs);
  return { authority, controller: issueController(authority, nowMs) };
}

/** The Secret of an identity. */
export function secretOf({ authority, controller }: StoredIdentity, namespace: string, name: string): Secret {
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name, labels: { 'app.kubernetes.io/managed-by': 'gibbon' } },
    type: 'kubernetes.io/tls',
    data: {
      [KEYS.authorityCert]: encode(authority.cert),
      [KEYS.authorityKey]: encode(authority.key),
      [KEYS.cert]: encode(controller.cert),
      [KEYS.key]: encode(controller.key),
    },
  };
}

/** The identity in a Secret, or what is wrong with it in a few words. */
export function identityOf({ data = {} }: Secret, nowMs: number): StoredIdentity | string {
  const missing = Object.values(KEYS).filter((key) => (data[key] ?? '') === '');
  if (missing.length > 0) return `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`;
  const text = (key: string): string => Buffer.from(data[key] ?? '', 'base64').toString();
  const authority = { cert: text(KEYS.authorityCert), key: text(KEYS.authorityKey) };
  const controller = { cert: text(KEYS.cert), key: text(KEYS.key) };
  if (!isPair(authority)) return `${KEYS.authorityCert} and ${KEYS.authorityKey} are no certificate with its key`;
  if (!isPair(controller)) return `${KEYS.cert} and ${KEYS.key} are no certificate with its key`;
  if (!isGood(authority.cert, authority.cert, nowMs)) return `${KEYS.authorityCert} is no authority, or expires soon`;
  if (!isGood(controller.cert, authority.cert, nowMs))
    return `${KEYS.cert} is not of the authority in ${KEYS.authorityCert}, or expires soon`;
  return { authority, controller };
}

function isPair({ cert, key }: Identity): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
