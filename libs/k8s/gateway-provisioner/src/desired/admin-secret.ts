import { managedName } from '@gibbon/gateway-attachment';
import type { Gateway } from '@gibbon/k8s-types';
import { ownedMetadata } from './metadata.ts';

/** What the Admin API of a proxy proves itself with, and whose clients it lets in. PEM. */
export interface ProxyCertificate {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Name of the Secret with the certificate of a Gateway's proxies. */
export function adminSecretName(gateway: Gateway): string {
  return `${managedName(gateway)}-admin-tls`;
}

/** The Secret without what is in it, which is another each time that it is made. */
export function adminSecretOf(gateway: Gateway): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: ownedMetadata(gateway, adminSecretName(gateway)), type: 'kubernetes.io/tls' };
}

/** What is in the Secret. */
export function adminSecretData({ ca, cert, key }: ProxyCertificate): Readonly<Record<string, string>> {
  const encoded = (text: string): string => Buffer.from(text).toString('base64');
  return { 'ca.crt': encoded(ca), 'tls.crt': encoded(cert), 'tls.key': encoded(key) };
}
