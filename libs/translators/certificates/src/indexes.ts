import type { IndexDefinition } from '@gibbon/contracts/translator';
import { namespaceOf, type Ingress, type Secret } from '@gibbon/k8s-types';
import { hash } from 'node:crypto';
import { certificatePair } from './certificate-pair.ts';
import { CLIENT_CERT, readAnnotation } from '@gibbon/annotations';

/** Ingresses by the hosts of their `tls` entries. */
export const INGRESSES_OF_TLS_HOST: IndexDefinition = {
  name: 'ingresses.tls-host',
  kind: 'Ingress',
  values: (object) => tlsEntries(object as Ingress).flatMap(({ hosts }) => hosts),
};

/** Ingresses by the Secrets of their `tls` entries. */
export const INGRESSES_OF_TLS_SECRET: IndexDefinition = {
  name: 'ingresses.tls-secret',
  kind: 'Ingress',
  values: (object) => tlsEntries(object as Ingress).map(({ secretName }) => `${namespaceOf(object)}/${secretName}`),
};

/** Services by the Secret of their client certificate. */
export const SERVICES_OF_CLIENT_CERT: IndexDefinition = {
  name: 'services.client-cert',
  kind: 'Service',
  values(object) {
    const name = readAnnotation(object, CLIENT_CERT).value;
    return name === null ? [] : [`${namespaceOf(object)}/${name}`];
  },
};

/** Secrets by their certificate and key, so that those that hold the same find each other. */
export const SECRETS_OF_PAIR: IndexDefinition = {
  name: 'secrets.certificate-pair',
  kind: 'Secret',
  values(object) {
    const pair = certificatePair(object as Secret);
    return pair === null ? [] : [pairKey(pair)];
  },
};

/** Value of {@link SECRETS_OF_PAIR}. */
export function pairKey({ cert, key }: { readonly cert: string; readonly key: string }): string {
  return hash('sha256', `${cert}\n${key}`, 'hex');
}

/** Entries of `tls` that name both hosts and a Secret; the others have no meaning. */
export function tlsEntries({ spec }: Ingress): readonly { readonly hosts: readonly string[]; readonly secretName: string }[] {
  return (spec?.tls ?? []).flatMap(({ hosts = [], secretName = '' }) =>
    secretName === '' || hosts.length === 0 ? [] : [{ hosts, secretName }],
  );
}
