import type { KubeObject } from '@gibbon/contracts/resource';
import { MANAGED_LABELS } from '@gibbon/gateway-attachment';
import { HASH_ANNOTATION, type DesiredObject } from '../desired/desired-objects.ts';
import type { Texts } from '../desired/metadata.ts';
import type { OwnedKind } from '../desired/object-kinds.ts';

/** An object as the API server has it, as far as its metadata tell. */
export interface SeenObject {
  readonly kind: OwnedKind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** UID of the Gateway that it was made for. */
  readonly plane: string;
  /** The Gateway that owns it, or `null`. */
  readonly owner: { readonly name: string; readonly uid: string } | null;
  readonly labels: Texts;
  readonly annotations: Texts;
  readonly resourceVersion: string;
  /** Changes when somebody changes what we want: the generation where there is one that leaves out the status. */
  readonly version: string;
  /** Whether it is being deleted. */
  readonly ending: boolean;
}

interface OwnerReference {
  readonly kind?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly controller?: boolean;
}

/** What matters of an object's metadata. */
export function seenObject(kind: OwnedKind, { metadata }: KubeObject): SeenObject {
  const { namespace = '', name, uid = '', labels = {}, annotations = {}, resourceVersion = '', generation, deletionTimestamp } = metadata;
  const { ownerReferences = [] } = metadata as { readonly ownerReferences?: readonly OwnerReference[] };
  const owner = ownerReferences.find((reference) => reference.controller === true && reference.kind === 'Gateway');
  return {
    kind,
    namespace,
    name,
    uid,
    plane: labels[MANAGED_LABELS.gatewayUid] ?? '',
    owner: owner === undefined ? null : { name: owner.name ?? '', uid: owner.uid ?? '' },
    labels,
    annotations,
    resourceVersion,
    version: kind === 'Deployment' ? String(generation ?? '') : resourceVersion,
    ending: deletionTimestamp !== undefined,
  };
}

/**
 * Whether an object is as it is wanted.
 * @param applied its version when it was applied last, or `null` where another process did that: it is then taken for unchanged.
 */
export function isAsDesired(seen: SeenObject, { hash, body }: DesiredObject, applied: string | null): boolean {
  if (seen.ending || seen.annotations[HASH_ANNOTATION] !== hash) return false;
  if (seen.owner?.uid !== seen.plane || (applied !== null && applied !== seen.version)) return false;
  const { labels, annotations } = body.metadata;
  return contains(seen.labels, labels) && contains(seen.annotations, annotations);
}

/**
 * Whether one of two versions of an object is the later one.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
 */
export function isLater({ resourceVersion: a }: SeenObject, { resourceVersion: b }: SeenObject): boolean {
  return a.length === b.length ? a > b : a.length > b.length;
}

function contains(all: Texts, wanted: Texts): boolean {
  return Object.entries(wanted).every(([key, value]) => all[key] === value);
}
