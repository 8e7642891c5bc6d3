import { gatewayNameLabel, MANAGED_LABELS } from '@gibbon/gateway-attachment';
import { GATEWAY_GROUP, namespaceOf, type Gateway } from '@gibbon/k8s-types';

/** Labels and annotations by key. */
export type Texts = Readonly<Record<string, string>>;

/** Metadata of an object of ours. */
export interface OwnedMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Texts;
  readonly annotations: Texts;
  readonly ownerReferences: readonly object[];
}

const MANAGED_BY = 'app.kubernetes.io/managed-by';
/** Keys that say what an object is to us: a Gateway's own labels cannot. */
const RESERVED: ReadonlySet<string> = new Set([...Object.values(MANAGED_LABELS), MANAGED_BY]);

/** Selects the proxies of a Gateway. Never changes, as a Deployment's selector must not. */
export function podSelector(gateway: Gateway): Texts {
  return { [MANAGED_LABELS.gatewayUid]: gateway.metadata.uid ?? '' };
}

/** Labels of everything that is made for a Gateway, those that it asks for included. */
export function labelsOf(gateway: Gateway): Texts {
  const asked = Object.entries(gateway.spec.infrastructure?.labels ?? {}).filter(([key]) => !RESERVED.has(key));
  return {
    ...Object.fromEntries(asked),
    [MANAGED_BY]: 'gibbon',
    [MANAGED_LABELS.gatewayName]: gatewayNameLabel(gateway),
    ...podSelector(gateway),
  };
}

/** Annotations that a Gateway asks for. */
export function annotationsOf(gateway: Gateway): Texts {
  return gateway.spec.infrastructure?.annotations ?? {};
}

/** Metadata of an object that goes with its Gateway. */
export function ownedMetadata(
  gateway: Gateway,
  name: string,
  more: { readonly labels?: Texts; readonly annotations?: Texts } = {},
): OwnedMetadata {
  const { name: gatewayName, uid } = gateway.metadata;
  return {
    name,
    namespace: namespaceOf(gateway),
    labels: { ...labelsOf(gateway), ...more.labels },
    annotations: { ...annotationsOf(gateway), ...more.annotations },
    // Without blockOwnerDeletion, which may take a permission on the Gateway's finalizers: nobody waits for these objects.
    ownerReferences: [{ apiVersion: `${GATEWAY_GROUP}/v1`, kind: 'Gateway', name: gatewayName, uid, controller: true }],
  };
}
