import { GatewayError } from '@gibbon/contracts/errors';
import type { KubeObject, ObjectRef } from '@gibbon/contracts/resource';
import type { ObjectChange } from '@gibbon/contracts/source';
import type { IndexDefinition } from '@gibbon/contracts/translator';
import { refOf } from '@gibbon/k8s-types';
import { sameValue } from '@gibbon/model';
import { compareObjects } from './age-order.ts';
import { indexKey, listKey, objectKey, type StoreKey } from './object-keys.ts';
import { SortedView } from './sorted-view.ts';

/** What became of one object in a batch: created (`before` null), replaced, or deleted (`after` null). */
export interface ObjectTransition {
  readonly ref: ObjectRef;
  readonly before: KubeObject | null;
  readonly after: KubeObject | null;
}

/** The effect of one batch. */
export interface StoreBatch {
  /** Everything whose reading may give another result than before the batch. */
  readonly touched: ReadonlySet<StoreKey>;
  /** One per object that changed, in order of their first change. */
  readonly transitions: readonly ObjectTransition[];
}

/** The reading side of an {@link ObjectStore}. */
export interface ObjectReader {
  get(kind: string, namespace: string, name: string): KubeObject | null;
  /** Objects of a kind, or of one namespace of it, oldest first. Immutable. */
  list(kind: string, namespace?: string): readonly KubeObject[];
  /** What an index files under a value, oldest first. Immutable. Throws `GW_STORE_INDEX` for an index that nobody declared. */
  index(name: string, value: string): readonly KubeObject[];
}

const NOTHING: readonly KubeObject[] = Object.freeze([]);

/**
 * The objects of all sources in memory, with the indexes that translators declare. Holds each object once, as it was
 * handed over, and never mutates it; the memory used is in proportion to the objects it holds now.
 * Lists are kept sorted once somebody has asked for them; a change then costs a binary search.
 */
export class ObjectStore implements ObjectReader {
  readonly #objects = new Map<string, Map<string, Map<string, KubeObject>>>();
  readonly #lists = new Map<StoreKey, SortedView<KubeObject>>();
  readonly #entries = new Map<StoreKey, SortedView<KubeObject>>();
  readonly #indexes = new Map<string, IndexDefinition>();
  readonly #indexesByKind = new Map<string, IndexDefinition[]>();

  /**
   * @param indexes of all translators; a name may come more than once for the same kind.
   * @throws GatewayError `GW_STORE_INDEX` when one name is declared for two kinds.
   */
  constructor(indexes: readonly IndexDefinition[] = []) {
    for (const index of indexes) {
      const known = this.#indexes.get(index.name);
      if (known !== undefined && known.kind !== index.kind) {
        throw new GatewayError(
          'GW_STORE_INDEX',
          `index "${index.name}" is declared for ${known.kind} and for ${index.kind}; give one of them another name`,
          { source: 'internal' },
        );
      }
      if (known !== undefined) continue;
      this.#indexes.set(index.name, index);
      const ofKind = this.#indexesByKind.get(index.kind);
      if (ofKind === undefined) this.#indexesByKind.set(index.kind, [index]);
      else ofKind.push(index);
    }
  }

  get(kind: string, namespace: string, name: string): KubeObject | null {
    return this.#objects.get(kind)?.get(namespace)?.get(name) ?? null;
  }

  list(kind: string, namespace?: string): readonly KubeObject[] {
    const key = listKey(kind, namespace);
    let view = this.#lists.get(key);
    if (view === undefined) {
      const objects = this.#collect(kind, namespace);
      if (objects.length === 0) return NOTHING;
      view = new SortedView(compareObjects, objects);
      this.#lists.set(key, view);
    }
    return view.snapshot();
  }

  index(name: string, value: string): readonly KubeObject[] {
    if (!this.#indexes.has(name)) {
      throw new GatewayError('GW_STORE_INDEX', `index "${name}" is not declared by any translator`, { source: 'internal' });
    }
    return this.#entries.get(indexKey(name, value))?.snapshot() ?? NOTHING;
  }

  /**
   * Applies changes as one batch: the last change of an object counts, and what leaves an object as it was is no change.
   * Objects are as they were when uid and resourceVersion are the same, or when they are equal in depth.
   */
  apply(changes: readonly ObjectChange[]): StoreBatch {
    const last = new Map<StoreKey, { readonly ref: ObjectRef; readonly after: KubeObject | null }>();
    for (const change of changes) {
      const ref = change.type === 'delete' ? change.ref : refOf(change.object);
      last.set(objectKey(ref.kind, ref.namespace, ref.name), { ref, after: change.type === 'delete' ? null : change.object });
    }
    const touched = new Set<StoreKey>();
    const transitions: ObjectTransition[] = [];
    for (const [key, { ref, after }] of last) {
      const before = this.get(ref.kind, ref.namespace, ref.name);
      if (sameObject(before, after)) continue;
      touched.add(key).add(listKey(ref.kind)).add(listKey(ref.kind, ref.namespace));
      this.#place(ref, after);
      this.#relist(ref, before, after);
      this.#reindex(before, after, touched);
      transitions.push({ ref, before, after });
    }
    return { touched, transitions };
  }

  #collect(kind: string, namespace: string | undefined): KubeObject[] {
    const namespaces = this.#objects.get(kind);
    if (namespaces === undefined) return [];
    if (namespace !== undefined) return [...(namespaces.get(namespace)?.values() ?? [])];
    return [...namespaces.values()].flatMap((objects) => [...objects.values()]);
  }

  #place(ref: ObjectRef, object: KubeObject | null): void {
    if (object === null) {
      const namespaces = this.#objects.get(ref.kind);
      const objects = namespaces?.get(ref.namespace);
      objects?.delete(ref.name);
      if (objects?.size === 0) namespaces?.delete(ref.namespace);
      if (namespaces?.size === 0) this.#objects.delete(ref.kind);
      return;
    }
    const namespaces = this.#objects.getOrInsertComputed(ref.kind, () => new Map());
    namespaces.getOrInsertComputed(ref.namespace, () => new Map()).set(ref.name, object);
  }

  #relist(ref: ObjectRef, before: KubeObject | null, after: KubeObject | null): void {
    for (const key of [listKey(ref.kind), listKey(ref.kind, ref.namespace)]) {
      const view = this.#lists.get(key);
      if (view === undefined) continue;
      if (before !== null) view.remove(before);
      if (after !== null) view.add(after);
      if (view.size === 0) this.#lists.delete(key);
    }
  }

  #reindex(before: KubeObject | null, after: KubeObject | null, touched: Set<StoreKey>): void {
    const kind = (after ?? before)?.kind ?? '';
    for (const index of this.#indexesByKind.get(kind) ?? []) {
      for (const value of before === null ? [] : new Set(index.values(before))) {
        this.#unfile(indexKey(index.name, value), before as KubeObject, touched);
      }
      for (const value of after === null ? [] : new Set(index.values(after))) {
        const key = indexKey(index.name, value);
        touched.add(key);
        this.#entries.getOrInsertComputed(key, () => new SortedView(compareObjects)).add(after as KubeObject);
      }
    }
  }

  #unfile(key: StoreKey, object: KubeObject, touched: Set<StoreKey>): void {
    touched.add(key);
    const view = this.#entries.get(key);
    view?.remove(object);
    if (view?.size === 0) this.#entries.delete(key);
  }
}

function sameObject(a: KubeObject | null, b: KubeObject | null): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  const version = a.metadata.resourceVersion;
  // Versions are only comparable within one incarnation of an object.
  if (version !== undefined && version === b.metadata.resourceVersion && a.metadata.uid === b.metadata.uid) return true;
  return sameValue(a, b);
}
