import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';

/** A certificate (chain) with its private key, PEM. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

/** What is wrong with an identity. */
export interface IdentityProblem {
  /** Which of the two. */
  readonly field: 'cert' | 'key';
  readonly message: string;
}

/** Checks that both parse and belong together. @returns `null` when they do. */
export function checkIdentity({ cert, key }: TlsIdentity): IdentityProblem | null {
  let leaf: X509Certificate;
  let privateKey: KeyObject;
  try {
    leaf = new X509Certificate(cert);
  } catch (cause) {
    return { field: 'cert', message: `not a PEM certificate: expected -----BEGIN CERTIFICATE----- (${reasonOf(cause)})` };
  }
  try {
    privateKey = createPrivateKey(key);
  } catch (cause) {
    return { field: 'key', message: `not a PEM private key without passphrase: expected -----BEGIN PRIVATE KEY----- (${reasonOf(cause)})` };
  }
  return leaf.checkPrivateKey(privateKey) ? null : { field: 'key', message: 'certificate does not match key' };
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
