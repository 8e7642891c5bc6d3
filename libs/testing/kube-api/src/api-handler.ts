import type { IncomingMessage, ServerResponse } from 'node:http';
import { kindOfDefinition } from './custom-kinds.ts';
import { Faults, type RequestFacts } from './faults.ts';
import type { ReceivedRequest } from './kube-api.ts';
import { BUILT_IN_KINDS, CRD_KIND, kindKey, type ServedKind } from './kinds.ts';
import { ListPages } from './list-pages.ts';
import { ObjectStore } from './object-store.ts';
import { discoveryOf, listOf, projected } from './representation.ts';
import { readPath, type RequestPath } from './request-path.ts';
import { selectorOf } from './selectors.ts';
import { ApiFailure, isJson, type Json, type SentObject, type StoredObject } from './stored-object.ts';
import { WatchStream } from './watch-stream.ts';
import { ObjectWrites } from './object-writes.ts';

const MAX_REQUESTS = 1000;

/** Answers requests. */
export class ApiHandler {
  readonly store: ObjectStore;
  readonly faults = new Faults();
  readonly watches = new Set<WatchStream>();
  readonly requests: ReceivedRequest[] = [];
  readonly kinds: ServedKind[] = [...BUILT_IN_KINDS];
  token: string | null;
  readonly #pages = new ListPages();
  readonly #writes: ObjectWrites;
  #waiting: (() => void)[] = [];

  constructor(now: () => number, token: string | null) {
    this.store = new ObjectStore(now);
    this.token = token;
    this.#writes = new ObjectWrites(this.store);
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const path = readPath(request);
      if (path === null) throw new ApiFailure(404, 'the server could not find the requested resource');
      this.#note(path, request.headers['content-type'] ?? '');
      const body = await bodyOf(request);
      if (this.token !== null && request.headers.authorization !== `Bearer ${this.token}`) throw new ApiFailure(401, 'Unauthorized');
      if (await this.faults.meet(path.facts)) {
        request.socket.resetAndDestroy();
        return;
      }
      const answer = this.#answer(path, request, body, response);
      if (answer !== null) send(response, answer.status, answer.body);
    } catch (error) {
      const failure = error instanceof ApiFailure ? error : new ApiFailure(500, String(error));
      if (!response.headersSent) send(response, failure.status, failure.toStatus(), failure.retryAfterSeconds);
    }
  }

  async requested(condition: (request: ReceivedRequest) => boolean): Promise<void> {
    while (!this.requests.some(condition)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  compact(): void {
    this.store.compact();
    this.#pages.expire();
  }

  /** The served kind of an object. @throws ApiFailure 404 */
  kindOf({ apiVersion = '', kind: name }: SentObject): { readonly kind: ServedKind; readonly version: string } {
    const [version = '', group = ''] = apiVersion.split('/').reverse();
    const kind = this.kinds.find((served) => served.kind === name && served.group === group && served.versions.includes(version));
    if (kind === undefined) throw new ApiFailure(404, `no matches for kind "${name ?? ''}" in version "${apiVersion}"`);
    return { kind, version };
  }

  /** Deletes an object; with a CustomResourceDefinition everything of its kind. */
  remove(kind: ServedKind, namespace: string, name: string): StoredObject {
    const removed = this.store.delete(kind, namespace, name);
    if (kind !== CRD_KIND) return removed;
    const gone = this.kinds.find((served) => served.custom && kindKey(served) === name);
    if (gone === undefined) return removed;
    for (const { metadata } of this.store.list(gone, '')) this.store.delete(gone, metadata.namespace ?? '', metadata.name);
    this.kinds.splice(this.kinds.indexOf(gone), 1);
    for (const watch of this.watches) if (watch.scope.kind === gone) watch.end();
    return removed;
  }

  /** Serves what a CustomResourceDefinition says, at once; marks it established. */
  followDefinition(object: StoredObject): void {
    if (object.kind !== CRD_KIND.kind) return;
    const defined = kindOfDefinition(object);
    if (defined === null) return;
    const index = this.kinds.findIndex((served) => kindKey(served) === kindKey(defined));
    if (index < 0) this.kinds.push(defined);
    else this.kinds[index] = defined;
    const conditions = [{ type: 'Established', status: 'True' }];
    this.store.replace(CRD_KIND, { ...object, metadata: { name: object.metadata.name }, status: { conditions } }, 'status');
  }

  #note({ facts, query }: RequestPath, contentType: string): void {
    this.requests.push({ ...facts, query: query.toString(), contentType });
    if (this.requests.length > MAX_REQUESTS) this.requests.shift();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #answer(
    path: RequestPath,
    request: IncomingMessage,
    body: string,
    response: ServerResponse,
  ): { readonly status: number; readonly body: Json } | null {
    const { facts, query, metadataOnly } = path;
    if (facts.verb === 'discover') {
      const document = discoveryOf(
        this.kinds,
        new URL(request.url ?? '', 'http://server').pathname.replace(/\/$/, ''),
        facts.group,
        facts.version,
      );
      if (document === null) throw new ApiFailure(404, 'the server could not find the requested resource');
      return { status: 200, body: document };
    }
    const kind = this.#served(facts);
    switch (facts.verb) {
      case 'list':
        return { status: 200, body: this.#list(kind, path) };
      case 'watch':
        this.#watch(kind, path, response);
        return null;
      case 'get':
        return { status: 200, body: projected(this.store.require(kind, facts.namespace, facts.name), metadataOnly) };
      case 'delete':
        return { status: 200, body: this.remove(kind, facts.namespace, facts.name) };
      default: {
        const written = this.#writes.write(kind, facts, { contentType: request.headers['content-type'] ?? '', query, body: parse(body) });
        this.followDefinition(written.object);
        return { status: written.created ? 201 : 200, body: written.object };
      }
    }
  }

  #served({ group, version, plural, namespace, subresource }: RequestFacts): ServedKind {
    const kind = this.kinds.find((served) => served.group === group && served.plural === plural && served.versions.includes(version));
    const known =
      kind !== undefined && (namespace === '' || kind.namespaced) && (subresource === '' || (subresource === 'status' && kind.status));
    if (!known) throw new ApiFailure(404, 'the server could not find the requested resource');
    return kind;
  }

  #list(kind: ServedKind, { facts, query, metadataOnly }: RequestPath): Json {
    const limit = Number(query.get('limit') ?? 0);
    const token = query.get('continue') ?? '';
    const selects = selectorOf(query.get('labelSelector') ?? '', query.get('fieldSelector') ?? '');
    const page =
      token === ''
        ? this.#pages.first(this.store.version, this.store.list(kind, facts.namespace).filter(selects), limit)
        : this.#pages.next(token, limit);
    return listOf(kind, facts.version, page, metadataOnly);
  }

  #watch(kind: ServedKind, { facts, query, metadataOnly }: RequestPath, response: ServerResponse): void {
    const selects = selectorOf(query.get('labelSelector') ?? '', query.get('fieldSelector') ?? '');
    const bookmarks = query.get('allowWatchBookmarks') === 'true';
    const watch = new WatchStream({ kind, namespace: facts.namespace, selects, metadataOnly, bookmarks }, response);
    const from = query.get('resourceVersion') ?? '';
    if (from === '' || from === '0') {
      for (const object of this.store.list(kind, facts.namespace).filter(selects)) watch.add(object);
    } else {
      const past = this.store.since(kind, Number(from));
      if (past === null) {
        watch.fail(new ApiFailure(410, `too old resource version: ${from} (${this.store.version})`));
        return;
      }
      for (const event of past) watch.show(event);
    }
    const unfollow = this.store.follow(kind, (event) => watch.show(event));
    this.watches.add(watch);
    const timeoutSeconds = Number(query.get('timeoutSeconds') ?? 0);
    const timer = timeoutSeconds > 0 ? setTimeout(() => watch.end(), timeoutSeconds * 1000).unref() : undefined;
    response.once('close', () => {
      clearTimeout(timer);
      unfollow();
      this.watches.delete(watch);
    });
  }
}

function parse(body: string): SentObject {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw new ApiFailure(400, `the body is no JSON: ${String(error)}`);
  }
  if (!isJson(value)) throw new ApiFailure(400, 'the body is no object');
  return { ...value, metadata: isJson(value['metadata']) ? value['metadata'] : {} };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, body: Json, retryAfterSeconds: number | null = null): void {
  const text = JSON.stringify(body);
  const headers = retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) };
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers });
  response.end(text);
}
