import type { KubeObject, ObjectRef } from '@gibbon/contracts/resource';
import type { ObjectChange } from '@gibbon/contracts/source';

/**
 * The objects that have been handed over, by key and version: what is needed to find deletions and unchanged objects in
 * a later list. Holds no object.
 */
export class KnownObjects {
  readonly #kind: string;
  readonly #versions = new Map<string, string>();
  /** Keys seen by the list that is being read, or `null`. */
  #seen: Set<string> | null = null;

  constructor(kind: string) {
    this.#kind = kind;
  }

  get size(): number {
    return this.#versions.size;
  }

  /** A list begins, from its first page. */
  beginList(): void {
    this.#seen = new Set();
  }

  /** The change that an object of a list or a watch is, or `null` where it is known in this version. */
  upsert(object: KubeObject): ObjectChange | null {
    const key = keyOf(object);
    this.#seen?.add(key);
    const version = object.metadata.resourceVersion ?? '';
    if (this.#versions.get(key) === version) return null;
    this.#versions.set(key, version);
    return { type: 'upsert', object };
  }

  /** The change that the deletion of an object is, or `null` where it was not known. */
  remove(object: KubeObject): ObjectChange | null {
    const key = keyOf(object);
    return this.#versions.delete(key) ? { type: 'delete', ref: this.#refOf(key) } : null;
  }

  /** A list has ended: deletions of what it did not have. */
  endList(): readonly ObjectChange[] {
    const seen = this.#seen ?? new Set<string>();
    this.#seen = null;
    const gone = [...this.#versions.keys()].filter((key) => !seen.has(key));
    for (const key of gone) this.#versions.delete(key);
    return gone.map((key) => ({ type: 'delete', ref: this.#refOf(key) }));
  }

  /** Deletions of everything. */
  clear(): readonly ObjectChange[] {
    this.beginList();
    return this.endList();
  }

  #refOf(key: string): ObjectRef {
    const slash = key.indexOf('/');
    return { kind: this.#kind, namespace: key.slice(0, slash), name: key.slice(slash + 1) };
  }
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
