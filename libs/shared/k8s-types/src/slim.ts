import type { KubeObject, ObjectMeta } from '@gibbon/contracts/resource';
import { isRecord } from './object-check.ts';

/** Copy of an applied manifest that kubectl keeps in an annotation: as large as the object. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Fields of an object whose `null`s mean something: a plugin's configuration unsets Kong's defaults with them. */
const FREE_FORM: ReadonlySet<string> = new Set(['config', 'upstream']);

/**
 * An object without what nobody reads: managed fields, owner references, finalizers, kubectl's copy, the status, and
 * fields that are `null`, which mean absent ones. Shares what it keeps with the input.
 */
export function slimObject<T extends KubeObject>(object: T): T {
  const fields: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(object)) {
    if (key === 'metadata') fields[key] = slimMetadata(object.metadata);
    else if (FREE_FORM.has(key) && value !== null) fields[key] = value;
    else if (key !== 'status' && value !== null) fields[key] = withoutNulls(value);
  }
  return fields as unknown as T;
}

function slimMetadata(metadata: ObjectMeta): ObjectMeta {
  const { name, namespace, uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, labels, annotations } = metadata;
  const kept = withoutNulls({ namespace, uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, labels, annotations });
  const present = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
  if (annotations?.[LAST_APPLIED] !== undefined) {
    const { [LAST_APPLIED]: _copy, ...rest } = present['annotations'] as Readonly<Record<string, string>>;
    present['annotations'] = rest;
  }
  return { name, ...present };
}

/** The value itself where it has no `null`, which is the rule. */
function withoutNulls<T>(value: T): T {
  if (Array.isArray(value)) {
    const items = value.filter((item) => item !== null).map((item: unknown) => withoutNulls(item));
    return items.length === value.length && items.every((item, index) => item === value[index]) ? value : (items as T);
  }
  if (!isRecord(value)) return value;
  const entries = Object.entries(value);
  const kept = entries.filter(([, field]) => field !== null).map(([key, field]) => [key, withoutNulls(field)] as const);
  return kept.length === entries.length && kept.every(([, field], index) => field === entries[index]?.[1])
    ? value
    : (Object.fromEntries(kept) as T);
}
