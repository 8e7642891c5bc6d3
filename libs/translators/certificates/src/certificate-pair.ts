import type { Secret } from '@gibbon/k8s-types';

/** A certificate chain and its private key, PEM, without white space around them. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

/** What a Secret of type `kubernetes.io/tls` holds, or `null` where a part is missing. */
export function certificatePair({ data }: Secret): CertificatePair | null {
  const cert = decode(data?.['tls.crt']);
  const key = decode(data?.['tls.key']);
  return cert === '' || key === '' ? null : { cert, key };
}

function decode(text: string | undefined): string {
  return text === undefined ? '' : Buffer.from(text, 'base64').toString('utf8').trim();
}
