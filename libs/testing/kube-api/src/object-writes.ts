import type { RequestFacts } from './faults.ts';
import type { ServedKind } from './kinds.ts';
import type { ObjectStore } from './object-store.ts';
import { applyFields, mergePatch, type AppliedFields } from './patches.ts';
import { ApiFailure, type Json, type SentObject, type StoredObject } from './stored-object.ts';

/** What a request wants written. */
export interface WriteRequest {
  readonly contentType: string;
  readonly query: URLSearchParams;
  readonly body: SentObject;
}

/** Creates, replaces and patches objects. */
export class ObjectWrites {
  readonly #store: ObjectStore;
  /** Fields by manager, by uid of the object. */
  readonly #owners = new Map<string, Map<string, AppliedFields>>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** @throws ApiFailure 404, 409, 415, 422 */
  write(kind: ServedKind, facts: RequestFacts, request: WriteRequest): { readonly object: StoredObject; readonly created: boolean } {
    const { verb, namespace, name, version } = facts;
    const subresource = facts.subresource === 'status' ? 'status' : '';
    const metadata = { ...request.body.metadata, ...(namespace === '' ? {} : { namespace }) };
    const sent = { ...request.body, metadata };
    if (verb === 'create') return { object: this.#store.create(kind, version, sent), created: true };
    const named = { ...sent, metadata: { ...metadata, name } };
    if (verb === 'update') return { object: this.#store.replace(kind, named, subresource), created: false };
    if (request.contentType.startsWith('application/apply-patch+yaml')) return this.#apply(kind, facts, { ...request, body: named });
    if (!request.contentType.startsWith('application/merge-patch+json'))
      throw new ApiFailure(415, `patches of type ${request.contentType} are not supported; use a merge patch or server-side apply`);
    const current = this.#store.require(kind, namespace, name);
    return {
      object: this.#store.replace(kind, asSent(mergePatch(unversioned(current), request.body), current), subresource),
      created: false,
    };
  }

  #apply(
    kind: ServedKind,
    facts: RequestFacts,
    { query, body }: WriteRequest,
  ): { readonly object: StoredObject; readonly created: boolean } {
    const manager = query.get('fieldManager') ?? '';
    if (manager === '') throw new ApiFailure(422, 'fieldManager: Required value: is required for apply patch');
    const { namespace, name, version } = facts;
    const found = this.#store.get(kind, namespace, name);
    const owners = this.#owners.get(found?.metadata.uid ?? '') ?? new Map<string, AppliedFields>();
    const current: Json = found === null ? {} : unversioned(found);
    const applied = applyFields({ current, sent: body, manager, force: query.get('force') === 'true', owners });
    const subresource = facts.subresource === 'status' ? 'status' : '';
    const object =
      found === null
        ? this.#store.create(kind, version, asSent(applied, { metadata: body.metadata }))
        : this.#store.replace(kind, asSent(applied, found), subresource);
    this.#owners.set(object.metadata.uid, owners);
    return { object, created: found === null };
  }
}

/** Without the version, so that only a patch that carries one is checked against it. */
function unversioned({ metadata, ...rest }: StoredObject): Json {
  const { resourceVersion: _version, ...others } = metadata;
  return { ...rest, metadata: others };
}

/** A patched object keeps the identity that it has. */
function asSent(patched: unknown, identity: { readonly metadata: { readonly name?: string; readonly namespace?: string } }): SentObject {
  const object = patched as SentObject;
  const { name, namespace } = identity.metadata;
  return {
    ...object,
    metadata: { ...object.metadata, ...(name === undefined ? {} : { name }), ...(namespace === undefined ? {} : { namespace }) },
  };
}
