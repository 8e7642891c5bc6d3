import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { apiVersionOf, kindKey, type ServedKind } from './kinds.ts';
import { ApiFailure, type SentObject, type StoredMetadata, type StoredObject } from './stored-object.ts';

/** Something that happened to an object. */
export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** The object afterwards; for `DELETED` its last state with the version of the deletion. */
  readonly object: StoredObject;
  readonly previous: StoredObject | null;
  readonly version: number;
}

type Listener = (event: StoreEvent) => void;

interface Collection {
  readonly objects: Map<string, StoredObject>;
  log: StoreEvent[];
  readonly listeners: Set<Listener>;
}

/** Objects by kind with one version for all, and the events that led here, as etcd has them. Knows nothing of HTTP. */
export class ObjectStore {
  readonly #collections = new Map<string, Collection>();
  readonly #now: () => number;
  #version = 1000;
  /** Events up to this version are forgotten. */
  #compacted = 1000;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The version of the latest change. */
  get version(): number {
    return this.#version;
  }

  /** Forgets all events: whoever asks for older ones gets 410. */
  compact(): void {
    this.#compacted = this.#version;
    for (const collection of this.#collections.values()) collection.log = [];
  }

  get(kind: ServedKind, namespace: string, name: string): StoredObject | null {
    return this.#of(kind).objects.get(`${namespace}/${name}`) ?? null;
  }

  /** @throws ApiFailure 404 */
  require(kind: ServedKind, namespace: string, name: string): StoredObject {
    const found = this.get(kind, namespace, name);
    if (found === null) throw new ApiFailure(404, `${kindKey(kind)} "${name}" not found`);
    return found;
  }

  /** Objects in the order of their keys, as etcd has them. @param namespace empty: of all namespaces. */
  list(kind: ServedKind, namespace: string): readonly StoredObject[] {
    const entries = [...this.#of(kind).objects].filter(([key]) => namespace === '' || key.startsWith(`${namespace}/`));
    return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  /** @throws ApiFailure 409 when it exists, 422 without a name. */
  create(kind: ServedKind, version: string, sent: SentObject): StoredObject {
    const { name, namespace } = sent.metadata;
    const home = kind.namespaced ? (namespace ?? 'default') : '';
    if (name === undefined || name === '') throw new ApiFailure(422, `${kind.kind} is invalid: metadata.name: Required value`);
    if (this.get(kind, home, name) !== null)
      throw new ApiFailure(409, `${kindKey(kind)} "${name}" already exists`, { reason: 'AlreadyExists' });
    const { status, ...rest } = sent;
    const metadata: StoredMetadata = {
      ...sent.metadata,
      name,
      ...(home === '' ? {} : { namespace: home }),
      uid: randomUUID(),
      resourceVersion: '',
      creationTimestamp: new Date(Math.floor(this.#now() / 1000) * 1000).toISOString().replace('.000Z', 'Z'),
      ...(kind.status ? { generation: 1 } : {}),
    };
    const object = {
      ...rest,
      ...(kind.status || status === undefined ? {} : { status }),
      apiVersion: apiVersionOf(kind.group, version),
      kind: kind.kind,
      metadata,
    };
    return this.#commit(kind, 'ADDED', object, null);
  }

  /**
   * Replaces an object, or its status alone. Without a difference nothing happens.
   * @throws ApiFailure 404, or 409 when `metadata.resourceVersion` or `uid` is sent and is another.
   */
  replace(kind: ServedKind, sent: SentObject, subresource: '' | 'status'): StoredObject {
    const home = kind.namespaced ? (sent.metadata.namespace ?? 'default') : '';
    const current = this.require(kind, home, sent.metadata.name ?? '');
    checkPreconditions(kind, sent, current);
    const next = subresource === 'status' ? { ...current, status: sent['status'] } : this.#merged(kind, sent, current);
    if (isDeepStrictEqual(next, current)) return current;
    if (next.metadata.deletionTimestamp !== undefined && (next.metadata.finalizers ?? []).length === 0) return this.#forget(kind, next);
    return this.#commit(kind, 'MODIFIED', next, current);
  }

  /** Deletes an object, or marks it where finalizers hold it. @throws ApiFailure 404 */
  delete(kind: ServedKind, namespace: string, name: string): StoredObject {
    const current = this.require(kind, namespace, name);
    if ((current.metadata.finalizers ?? []).length === 0) return this.#forget(kind, current);
    if (current.metadata.deletionTimestamp !== undefined) return current;
    const deletionTimestamp = new Date(this.#now()).toISOString();
    return this.#commit(kind, 'MODIFIED', { ...current, metadata: { ...current.metadata, deletionTimestamp } }, current);
  }

  /** Events after a version, or `null` where they are forgotten. */
  since(kind: ServedKind, version: number): readonly StoreEvent[] | null {
    return version < this.#compacted ? null : this.#of(kind).log.filter((event) => event.version > version);
  }

  /** Calls the listener for each later event of a kind, until the returned function is called. */
  follow(kind: ServedKind, listener: Listener): () => void {
    const { listeners } = this.#of(kind);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  #merged(kind: ServedKind, sent: SentObject, current: StoredObject): StoredObject {
    const { uid, creationTimestamp, resourceVersion, generation, deletionTimestamp, name, namespace } = current.metadata;
    const kept = Object.fromEntries(
      Object.entries({ generation, deletionTimestamp, namespace }).filter(([, value]) => value !== undefined),
    );
    const { status, ...rest } = sent;
    const ofStatus = kind.status ? current['status'] : status;
    const next: StoredObject = {
      ...rest,
      ...(ofStatus === undefined ? {} : { status: ofStatus }),
      apiVersion: sent.apiVersion ?? current.apiVersion,
      kind: kind.kind,
      metadata: { ...sent.metadata, ...kept, name, uid, creationTimestamp, resourceVersion },
    };
    if (!kind.status || sameBut(next, current)) return next;
    return { ...next, metadata: { ...next.metadata, generation: (generation ?? 0) + 1 } };
  }

  #forget(kind: ServedKind, current: StoredObject): StoredObject {
    return this.#commit(kind, 'DELETED', current, current);
  }

  #commit(kind: ServedKind, type: StoreEvent['type'], object: StoredObject, previous: StoredObject | null): StoredObject {
    const collection = this.#of(kind);
    const version = ++this.#version;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    const key = `${stored.metadata.namespace ?? ''}/${stored.metadata.name}`;
    if (type === 'DELETED') collection.objects.delete(key);
    else collection.objects.set(key, stored);
    const event = { type, object: stored, previous, version };
    collection.log.push(event);
    for (const listener of [...collection.listeners]) listener(event);
    return stored;
  }

  #of(kind: ServedKind): Collection {
    const key = kindKey(kind);
    const found = this.#collections.get(key);
    if (found !== undefined) return found;
    const made: Collection = { objects: new Map(), log: [], listeners: new Set() };
    this.#collections.set(key, made);
    return made;
  }
}

function checkPreconditions(kind: ServedKind, sent: SentObject, current: StoredObject): void {
  const { resourceVersion, uid } = sent.metadata;
  const stale = resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== current.metadata.resourceVersion;
  if (!stale && (uid === undefined || uid === current.metadata.uid)) return;
  throw new ApiFailure(
    409,
    `Operation cannot be fulfilled on ${kindKey(kind)} "${current.metadata.name}": the object has been modified; please apply your changes to the latest version and try again`,
  );
}

/** Whether two objects agree in everything that counts for the generation. */
function sameBut(a: StoredObject, b: StoredObject): boolean {
  const { metadata: _a, status: _as, ...restA } = a;
  const { metadata: _b, status: _bs, ...restB } = b;
  return isDeepStrictEqual(restA, restB);
}
