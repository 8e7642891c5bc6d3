import type { KubeObject } from '@gibbon/contracts/resource';
import type { Clock } from '@gibbon/contracts/services';
import type { ApiAccess } from './access/api-access.ts';
import { partsOf } from './access/server-address.ts';
import { ApiError, asApiError, errorOfAnswer } from './api-error.ts';
import { resourcePath, type ApiResource, type ObjectPlace } from './resource-path.ts';
import { Watch, type WatchHandler } from './watch/watch.ts';

/** Which objects, and how. */
export interface Selection {
  /** Empty: all namespaces, or cluster scope. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Asks for metadata alone; objects then have the kind `PartialObjectMetadata`. */
  readonly metadataOnly?: boolean;
}

/** Which page of a list. */
export interface ListQuery extends Selection {
  /** Objects per page; absent: all at once. */
  readonly limit?: number;
  /** Token of the previous page. */
  readonly continue?: string;
  /** Absent: the newest state. @see https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions */
  readonly resourceVersion?: string;
}

/** A page of a list. */
export interface ObjectPage {
  /** Items as they come: those of built-in kinds have no apiVersion and no kind. */
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  /** Token of the next page, or empty. */
  readonly next: string;
}

/** From where a watch shows changes. */
export interface WatchQuery extends Selection {
  readonly resourceVersion: string;
  /** After this time the server ends the watch. */
  readonly timeoutSeconds: number;
}

/** A patch. */
export interface Patch {
  /** `merge`: RFC 7396; `apply`: server-side apply. */
  readonly type: 'merge' | 'apply';
  readonly body: object;
  readonly subresource?: 'status';
  /** Who writes; required for `apply`. */
  readonly fieldManager?: string;
  /** For `apply`: takes fields from other managers. */
  readonly force?: boolean;
}

/** How long a request may take. */
export interface RequestLimits {
  /** From the beginning to the end of the answer; default 30 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** A request in general. */
export interface ApiRequest extends RequestLimits {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path without a query. */
  readonly path: string;
  /** Parameters; those without a value are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: object;
  readonly contentType?: string;
  readonly accept?: string;
}

/** How a {@link KubeClient} is made. */
export interface KubeClientOptions {
  readonly access: ApiAccess;
  readonly clock: Clock;
  /** Default `gibbon`. */
  readonly userAgent?: string;
}

const REQUEST_TIMEOUT_MS = 30_000;
const JSON_TYPE = 'application/json';
const PARTIAL = 'g=meta.k8s.io;v=v1';
const PATCH_TYPES = { merge: 'application/merge-patch+json', apply: 'application/apply-patch+yaml' };

/** Requests to a Kubernetes API server. Every method rejects with an ApiError; nothing is retried, but for refused credentials once. */
export class KubeClient {
  readonly #access: ApiAccess;
  readonly #clock: Clock;
  readonly #userAgent: string;

  constructor({ access, clock, userAgent = 'gibbon' }: KubeClientOptions) {
    this.#access = access;
    this.#clock = clock;
    this.#userAgent = userAgent;
  }

  /** Namespace of this process. */
  get namespace(): string {
    return this.#access.namespace;
  }

  /** Address of the server, for messages. */
  get server(): string {
    return this.#access.server;
  }

  get<T extends KubeObject>(
    resource: ApiResource,
    place: ObjectPlace,
    options: { readonly metadataOnly?: boolean } & RequestLimits = {},
  ): Promise<T> {
    const { metadataOnly, ...limits } = options;
    return this.request<T>({ method: 'GET', path: resourcePath(resource, place), accept: acceptOf(metadataOnly, ''), ...limits });
  }

  /** One page of a list. */
  async list(resource: ApiResource, query: ListQuery = {}, signal?: AbortSignal): Promise<ObjectPage> {
    const { namespace = '', metadataOnly, ...parameters } = query;
    const answer = await this.request<{
      readonly items?: readonly KubeObject[];
      readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
    }>({
      method: 'GET',
      path: resourcePath(resource, { namespace, name: '' }),
      query: parameters,
      accept: acceptOf(metadataOnly, 'List'),
      ...(signal === undefined ? {} : { signal }),
    });
    return { items: answer.items ?? [], resourceVersion: answer.metadata?.resourceVersion ?? '', next: answer.metadata?.continue ?? '' };
  }

  create<T extends KubeObject>(resource: ApiResource, object: T, limits: RequestLimits = {}): Promise<T> {
    const path = resourcePath(resource, { namespace: object.metadata.namespace ?? '', name: '' });
    return this.request<T>({ method: 'POST', path, body: object, ...limits });
  }

  /** Replaces an object, or its status; refused with `GW_K8S_CONFLICT` where it has another `metadata.resourceVersion`. */
  update<T extends KubeObject>(
    resource: ApiResource,
    object: T,
    options: { readonly subresource?: 'status' } & RequestLimits = {},
  ): Promise<T> {
    const { name, namespace = '' } = object.metadata;
    const { subresource, ...limits } = options;
    return this.request<T>({ method: 'PUT', path: resourcePath(resource, { namespace, name }, subresource), body: object, ...limits });
  }

  patch<T extends KubeObject>(resource: ApiResource, place: ObjectPlace, patch: Patch): Promise<T> {
    return this.request<T>({
      method: 'PATCH',
      path: resourcePath(resource, place, patch.subresource),
      query: { fieldManager: patch.fieldManager, force: patch.force },
      body: patch.body,
      contentType: PATCH_TYPES[patch.type],
    });
  }

  /** @param uid deletes the object only if it has this uid. */
  async delete(resource: ApiResource, place: ObjectPlace, uid?: string): Promise<void> {
    const body = uid === undefined ? {} : { body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid } } };
    await this.request({ method: 'DELETE', path: resourcePath(resource, place), ...body });
  }

  /** Follows changes. The watch opens at once; how it ends is in its `ended`, which never rejects. */
  watch(resource: ApiResource, query: WatchQuery, handler: WatchHandler): Watch {
    const { namespace = '', metadataOnly, ...parameters } = query;
    const path = resourcePath(resource, { namespace, name: '' });
    const search = searchOf({ ...parameters, watch: true, allowWatchBookmarks: true });
    const headers = { accept: acceptOf(metadataOnly, ''), 'user-agent': this.#userAgent };
    return new Watch({ access: this.#access, path: `${path}${search}`, what: `WATCH ${path}`, headers, handler, clock: this.#clock });
  }

  /** Any request with a JSON answer. */
  async request<T = unknown>(request: ApiRequest): Promise<T> {
    try {
      return await this.#send<T>(request);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'GW_K8S_UNAUTHORIZED') throw error;
      this.#access.renew();
      return this.#send<T>(request);
    }
  }

  async #send<T>(request: ApiRequest): Promise<T> {
    const { method, path, timeoutMs = REQUEST_TIMEOUT_MS } = request;
    const what = `${method} ${path}`;
    const { headers, dispatcher } = await this.#access.connect();
    const controller = new AbortController();
    const timer = this.#clock.after(timeoutMs, () =>
      controller.abort(new ApiError('GW_K8S_TIMEOUT', `${what}: no answer within ${timeoutMs} ms`)),
    );
    const abort = (): void => controller.abort(new ApiError('GW_K8S_ABORTED', `${what}: aborted`));
    request.signal?.addEventListener('abort', abort);
    if (request.signal?.aborted === true) abort();
    try {
      const { origin, base } = partsOf(this.#access.server);
      const answer = await dispatcher.request({
        origin,
        path: `${base}${path}${searchOf(request.query ?? {})}`,
        method,
        headers: {
          accept: request.accept ?? JSON_TYPE,
          'user-agent': this.#userAgent,
          ...headers,
          ...(request.body === undefined ? {} : { 'content-type': request.contentType ?? JSON_TYPE }),
        },
        body: request.body === undefined ? null : JSON.stringify(request.body),
        signal: controller.signal,
      });
      const text = await answer.body.text();
      if (answer.statusCode >= 300) throw errorOfAnswer(what, answer.statusCode, text, textOf(answer.headers['retry-after']));
      return parse<T>(what, text);
    } catch (error) {
      throw asApiError(what, controller.signal.aborted ? controller.signal.reason : error);
    } finally {
      void timer.dispose();
      request.signal?.removeEventListener('abort', abort);
    }
  }
}

function acceptOf(metadataOnly: boolean | undefined, suffix: '' | 'List'): string {
  return metadataOnly === true ? `${JSON_TYPE};as=PartialObjectMetadata${suffix};${PARTIAL}` : JSON_TYPE;
}

function searchOf(query: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const present = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  return present.length === 0 ? '' : `?${new URLSearchParams(present.map(([name, value]) => [name, String(value)])).toString()}`;
}

function parse<T>(what: string, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new ApiError('GW_K8S_PROTOCOL', `${what}: the answer is no JSON`, { cause: error });
  }
}

function textOf(header: string | readonly string[] | undefined): string | null {
  return typeof header === 'string' ? header : null;
}
