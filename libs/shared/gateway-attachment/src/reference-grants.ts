import type { TrackedRead } from '@gibbon/contracts/translator';
import type { ReferenceGrant } from '@gibbon/k8s-types';

/** Who refers. */
export interface GrantFrom {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
}

/** What is referred to. */
export interface GrantTo {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * Whether a reference is permitted: within a namespace always, into another one by a ReferenceGrant there.
 * @see https://gateway-api.sigs.k8s.io/api-types/referencegrant/
 */
export function isPermitted(from: GrantFrom, to: GrantTo, read: TrackedRead): boolean {
  if (from.namespace === to.namespace) return true;
  return read
    .list<ReferenceGrant>('ReferenceGrant', to.namespace)
    .some(
      ({ spec }) =>
        spec.from.some((entry) => entry.group === from.group && entry.kind === from.kind && entry.namespace === from.namespace) &&
        spec.to.some((entry) => entry.group === to.group && entry.kind === to.kind && (!entry.name || entry.name === to.name)),
    );
}
