import { createHash } from 'node:crypto';
import { managedName } from '@gibbon/gateway-attachment';
import type { Gateway } from '@gibbon/k8s-types';
import { adminSecretOf } from './admin-secret.ts';
import { deploymentOf, type PodContext } from './deployment.ts';
import { ownedMetadata, type OwnedMetadata } from './metadata.ts';
import type { OwnedKind } from './object-kinds.ts';
import { adminServiceOf, trafficServiceOf } from './services.ts';

/** An object as it ought to be. */
export interface DesiredObject {
  readonly kind: OwnedKind;
  /** With the annotation {@link HASH_ANNOTATION}. Complete but for the data of Secrets. */
  readonly body: { readonly metadata: OwnedMetadata };
  /** Tells what is wanted from what was wanted before. */
  readonly hash: string;
}

/** On each object: the hash of what was applied last. */
export const HASH_ANNOTATION = 'gibbon.dev/desired-hash';

/**
 * What there ought to be for a managed Gateway, in the order in which it is made: those of a list together, as pods that begin
 * before their ServiceAccount and Secret exist wait for seconds.
 */
export function desiredObjects(gateway: Gateway, context: PodContext): readonly (readonly DesiredObject[])[] {
  const traffic = trafficServiceOf(gateway);
  return [
    [
      desired('ServiceAccount', serviceAccountOf(gateway)),
      ...(context.authority === null ? [] : [desired('Secret', adminSecretOf(gateway), context.authority)]),
    ],
    [
      desired('Deployment', deploymentOf(gateway, context)),
      desired('Service', adminServiceOf(gateway)),
      ...(traffic === null ? [] : [desired('Service', traffic)]),
    ],
  ];
}

/** Names an object of ours. */
export function objectKey(kind: OwnedKind, namespace: string, name: string): string {
  return `${kind}:${namespace}/${name}`;
}

function serviceAccountOf(gateway: Gateway): object {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: ownedMetadata(gateway, managedName(gateway)),
    automountServiceAccountToken: false,
  };
}

/** @param salt more that makes the object another. */
function desired(kind: OwnedKind, object: object, salt = ''): DesiredObject {
  const { metadata, ...rest } = object as DesiredObject['body'];
  const hash = createHash('sha256')
    .update(JSON.stringify([object, salt]))
    .digest('hex')
    .slice(0, 16);
  return { kind, hash, body: { ...rest, metadata: { ...metadata, annotations: { ...metadata.annotations, [HASH_ANNOTATION]: hash } } } };
}
