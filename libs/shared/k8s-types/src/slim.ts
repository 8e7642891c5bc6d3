import type { KubeObject, ObjectMeta } from '@gibbon/contracts/resource';

/** Copy of an applied manifest that kubectl keeps in an annotation: as large as the object. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * An object without what nobody reads: managed fields, owner references, finalizers, kubectl's copy, and the status.
 * Shares what it keeps with the input.
 */
export function slimObject<T extends KubeObject>(object: T): T {
  const { status: _status, metadata, ...rest } = object as T & { readonly status?: unknown };
  return { ...rest, metadata: slimMetadata(metadata) } as unknown as T;
}

function slimMetadata(metadata: ObjectMeta): ObjectMeta {
  const { name, namespace, uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, labels } = metadata;
  const { [LAST_APPLIED]: _copy, ...annotations } = metadata.annotations ?? {};
  return {
    name,
    ...(namespace === undefined ? null : { namespace }),
    ...(uid === undefined ? null : { uid }),
    ...(resourceVersion === undefined ? null : { resourceVersion }),
    ...(generation === undefined ? null : { generation }),
    ...(creationTimestamp === undefined ? null : { creationTimestamp }),
    ...(deletionTimestamp === undefined ? null : { deletionTimestamp }),
    ...(labels === undefined ? null : { labels }),
    ...(metadata.annotations === undefined ? null : { annotations }),
  };
}
