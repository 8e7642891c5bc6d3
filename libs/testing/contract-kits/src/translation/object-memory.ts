import type { KubeObject } from '@gibbon/contracts/resource';
import type { IndexDefinition } from '@gibbon/contracts/translator';

/** Objects by kind and by index, in the order that translators see: oldest first, then by namespace and name. */
export class ObjectMemory {
  readonly #kinds = new Map<string, KubeObject[]>();
  readonly #byKey = new Map<string, KubeObject>();
  readonly #indexes = new Map<string, Map<string, KubeObject[]>>();

  /** @param objects of two with the same kind, namespace and name the later counts. */
  constructor(objects: Iterable<KubeObject>, indexes: Iterable<IndexDefinition>) {
    for (const object of objects) this.#byKey.set(keyOf(object.kind, object.metadata.namespace ?? '', object.metadata.name), object);
    for (const object of [...this.#byKey.values()].sort(compareObjects)) push(this.#kinds, object.kind, object);
    for (const { name, kind, values } of indexes) {
      const index = new Map<string, KubeObject[]>();
      for (const object of this.#kinds.get(kind) ?? []) for (const value of new Set(values(object))) push(index, value, object);
      this.#indexes.set(name, index);
    }
  }

  get(kind: string, namespace: string, name: string): KubeObject | null {
    return this.#byKey.get(keyOf(kind, namespace, name)) ?? null;
  }

  list(kind: string, namespace?: string): readonly KubeObject[] {
    const all = this.#kinds.get(kind) ?? [];
    return namespace === undefined ? all : all.filter((object) => (object.metadata.namespace ?? '') === namespace);
  }

  /** @throws Error for an index that no translator declares. */
  index(name: string, value: string): readonly KubeObject[] {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new Error(`no translator declares the index "${name}"`);
    return index.get(value) ?? [];
  }
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}:${namespace}/${name}`;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

function compareObjects(a: KubeObject, b: KubeObject): number {
  return (
    createdMs(a) - createdMs(b) ||
    compare(a.metadata.namespace ?? '', b.metadata.namespace ?? '') ||
    compare(a.metadata.name, b.metadata.name)
  );
}

function createdMs({ metadata }: KubeObject): number {
  return Date.parse(metadata.creationTimestamp ?? '') || 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
