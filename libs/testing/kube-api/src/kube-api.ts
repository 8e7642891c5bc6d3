import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiHandler } from './api-handler.ts';
import { definitionOf } from './custom-kinds.ts';
import type { Faults, RequestFacts } from './faults.ts';
import type { ServedKind } from './kinds.ts';
import { ApiFailure, type SentObject, type StoredObject } from './stored-object.ts';
import type { WatchStream } from './watch-stream.ts';

/** How a {@link KubeApi} is made. */
export interface KubeApiOptions {
  /** Kinds served from the beginning beside the built-in ones. */
  readonly kinds?: readonly Omit<ServedKind, 'custom'>[];
  /** Bearer token that requests must carry; default: any or none. */
  readonly token?: string;
  /** Wall clock for timestamps, milliseconds; default the system's. */
  readonly now?: () => number;
}

/** Which watches: of one kind by its plural, or all. */
export type WatchChoice = string | undefined;

/** A request that the server has received. */
export interface ReceivedRequest extends RequestFacts {
  readonly query: string;
  readonly contentType: string;
}

/**
 * A Kubernetes API server in memory, on a port of 127.0.0.1: list, watch, paging, bookmarks, conflicts, status
 * subresources, merge patches, server-side apply (simplified, see the README), CustomResourceDefinitions, and faults.
 * The methods act on the store at once, without HTTP; what they do shows in watches.
 */
export class KubeApi {
  readonly #handler: ApiHandler;
  #server: Server | null = null;
  #port = 0;

  private constructor(options: KubeApiOptions) {
    this.#handler = new ApiHandler(options.now ?? Date.now, options.token ?? null);
    for (const kind of options.kinds ?? []) this.serve(kind);
  }

  /** Starts a server. End it with `close`. */
  static async start(options: KubeApiOptions = {}): Promise<KubeApi> {
    const api = new KubeApi(options);
    await api.resume();
    return api;
  }

  /** `http://127.0.0.1:<port>`; the same after a pause. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get faults(): Faults {
    return this.#handler.faults;
  }

  /** What was asked for, in order; the latest thousand. */
  get requests(): readonly ReceivedRequest[] {
    return this.#handler.requests;
  }

  /** Resolves as soon as a request arrives, or has arrived, that the condition holds for. */
  async requested(condition: (request: ReceivedRequest) => boolean): Promise<void> {
    await this.#handler.requested(condition);
  }

  /** Changes the token that requests must carry. */
  setToken(token: string): void {
    this.#handler.token = token;
  }

  /** Creates or replaces an object of a served kind, with its status. */
  put(object: SentObject): StoredObject {
    const { kind, version } = this.#handler.kindOf(object);
    const { store } = this.#handler;
    const found = store.get(kind, kind.namespaced ? (object.metadata.namespace ?? 'default') : '', object.metadata.name ?? '');
    const { resourceVersion: _version, uid: _uid, ...metadata } = object.metadata;
    const sent = { ...object, metadata };
    const stored = found === null ? store.create(kind, version, sent) : store.replace(kind, sent, '');
    const complete = kind.status && object['status'] !== undefined ? store.replace(kind, sent, 'status') : stored;
    this.#handler.followDefinition(complete);
    return complete;
  }

  /** Deletes an object. @throws ApiFailure 404 */
  remove(kindName: string, namespace: string, name: string): void {
    const kind = this.#handler.kinds.find(({ kind }) => kind === kindName);
    if (kind === undefined) throw new ApiFailure(404, `no kind ${kindName} is served`);
    this.#handler.remove(kind, kind.namespaced ? namespace : '', name);
  }

  get(kindName: string, namespace: string, name: string): StoredObject | null {
    const kind = this.#handler.kinds.find(({ kind }) => kind === kindName);
    return kind === undefined ? null : this.#handler.store.get(kind, kind.namespaced ? namespace : '', name);
  }

  /** Objects of a kind, by namespace and name; of all namespaces where none is given. */
  list(kindName: string, namespace = ''): readonly StoredObject[] {
    const kind = this.#handler.kinds.find(({ kind }) => kind === kindName);
    return kind === undefined ? [] : this.#handler.store.list(kind, namespace);
  }

  /** Serves another kind, by creating its CustomResourceDefinition. */
  serve(kind: Omit<ServedKind, 'custom'>): void {
    this.put(definitionOf(kind));
  }

  /** Deletes the CustomResourceDefinition of a kind: its objects go, its watches end, its paths answer 404. */
  unserve(kindName: string): void {
    const kind = this.#handler.kinds.find((served) => served.custom && served.kind === kindName);
    if (kind !== undefined) this.remove('CustomResourceDefinition', '', `${kind.plural}.${kind.group}`);
  }

  /** Watches that are open. */
  watches(plural?: WatchChoice): readonly WatchStream[] {
    return [...this.#handler.watches].filter(({ open, scope }) => open && (plural === undefined || scope.kind.plural === plural));
  }

  /** Sends a bookmark to watches that allow them. */
  bookmark(plural?: WatchChoice): void {
    for (const watch of this.watches(plural)) watch.bookmark(this.#handler.store.version);
  }

  /** Forgets past events and tokens of lists: older resource versions are answered 410. */
  compact(): void {
    this.#handler.compact();
  }

  /** Refuses connections and resets open ones, as a server that is down. The objects stay. */
  async pause(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    for (const watch of this.#handler.watches) watch.reset();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  /** Listens again, on the same port. */
  async resume(): Promise<void> {
    const server = createServer((request: IncomingMessage, response: ServerResponse) => void this.#handler.serve(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Ends everything. */
  async close(): Promise<void> {
    await this.pause();
  }
}
