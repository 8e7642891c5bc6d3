/**
 * Names something that can be read from the store, and so can change:
 * `o:<kind>/<namespace>/<name>` one object, `l:<kind>` and `l:<kind>/<namespace>` a list, `i:<index>=<value>` an index entry.
 */
export type StoreKey = `${'o' | 'l' | 'i'}:${string}`;

/** The key of one object. Namespace is empty for cluster-scoped objects. */
export function objectKey(kind: string, namespace: string, name: string): StoreKey {
  return `o:${kind}/${namespace}/${name}`;
}

/** The key of all objects of a kind, or of those in one namespace. */
export function listKey(kind: string, namespace?: string): StoreKey {
  return namespace === undefined ? `l:${kind}` : `l:${kind}/${namespace}`;
}

/** The key of what an index files under a value. */
export function indexKey(name: string, value: string): StoreKey {
  return `i:${name}=${value}`;
}
