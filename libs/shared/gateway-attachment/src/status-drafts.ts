import type { KubeObject } from '@gibbon/contracts/resource';
import type { OwnedList, StatusDraft } from '@gibbon/contracts/status';
import { GATEWAY_GROUP, refOf, type ParentReference } from '@gibbon/k8s-types';
import type { Condition } from './conditions.ts';

const PLURALS: Readonly<Record<string, string>> = { GatewayClass: 'gatewayclasses', Gateway: 'gateways', HTTPRoute: 'httproutes' };

/** The status of an object of the Gateway API. */
export function statusDraft(object: KubeObject, status: StatusDraft['status'], owned: readonly OwnedList[]): StatusDraft {
  const { kind, metadata } = object;
  return {
    ref: refOf(object),
    group: GATEWAY_GROUP,
    version: 'v1',
    plural: PLURALS[kind] ?? `${kind.toLowerCase()}s`,
    generation: metadata.generation ?? null,
    uid: metadata.uid ?? '',
    status,
    owned,
  };
}

/** The conditions of an object that are written here, by their types. Make it once: drafts are compared. */
export function ownedConditions(types: readonly string[]): OwnedList {
  return {
    field: 'conditions',
    owns: (entry) => types.includes((entry as Condition).type),
    key: (entry) => (entry as Condition).type,
  };
}

/** `status.listeners` of a Gateway: all of them, but for conditions of types that are not ours. */
export const OWNED_LISTENERS: OwnedList = Object.freeze({
  field: 'listeners',
  owns: () => true,
  key: (entry: unknown) => (entry as { readonly name: string }).name,
  nested: [ownedConditions(['Accepted', 'Conflicted', 'ResolvedRefs', 'Programmed', 'OverlappingTLSConfig'])],
});

/** Those of routes; `Programmed` is what the reference controller adds, whose entries become ours with its name. */
const PARENT_CONDITIONS: readonly OwnedList[] = [ownedConditions(['Accepted', 'ResolvedRefs', 'PartiallyInvalid', 'Programmed'])];

interface ParentStatus {
  readonly controllerName?: string;
  readonly parentRef?: ParentReference;
}

const parents = new Map<string, OwnedList>();

/** `status.parents` of a route: entries of these controllers. */
export function ownedParents(controllerNames: readonly string[]): OwnedList {
  return parents.getOrInsertComputed(controllerNames.join(' '), () => ({
    field: 'parents',
    owns: (entry) => controllerNames.includes((entry as ParentStatus).controllerName ?? ''),
    key: (entry) => parentKey(entry as ParentStatus),
    nested: PARENT_CONDITIONS,
  }));
}

function parentKey({ controllerName, parentRef }: ParentStatus): string {
  const { group = GATEWAY_GROUP, kind = 'Gateway', namespace, name, sectionName, port } = parentRef ?? { name: '' };
  return JSON.stringify([controllerName, group, kind, namespace, name, sectionName, port]);
}
