import { Agent, request, type RequestOptions } from 'node:https';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import type { ApiAccess } from '@gibbon/testbed';
import { collectionPath, keyOf, objectPath, type KubeObject, type ObjectKey } from './objects.ts';

const MANAGER = 'e2e';
const TIMEOUT_MS = 20_000;

/** A change that a watch tells. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject;
}

/** A watch that runs. */
export interface RunningWatch {
  stop(): void;
}

/** An answer other than 2xx. */
export class KubeError extends Error {
  readonly status: number;

  constructor(what: string, status: number, body: string) {
    super(`${what}: ${status} ${messageOf(body)}`);
    this.status = status;
  }
}

/** The API server as tests use it: an administrator's requests, over few connections, quicker than a kubectl each. */
export class KubeApi {
  readonly #access: ApiAccess;
  readonly #agent: Agent;

  constructor(access: ApiAccess) {
    this.#access = access;
    const { authority: ca, certificate: cert, key } = access;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 16, ca, cert, key });
  }

  /** Creates or changes objects, by server-side apply. @throws KubeError for what the API server refuses. */
  async apply(...objects: readonly object[]): Promise<void> {
    for (const object of objects as readonly KubeObject[]) {
      const path = `${objectPath(keyOf(object))}?fieldManager=${MANAGER}&force=true`;
      await this.#send('PATCH', path, object, 'application/apply-patch+yaml');
    }
  }

  /** Changes fields, by merge patch. @param subresource e.g. `status`. */
  async patch(key: ObjectKey, change: object, subresource = ''): Promise<KubeObject> {
    const path = `${objectPath(key)}${subresource === '' ? '' : `/${subresource}`}?fieldManager=${MANAGER}`;
    return (await this.#send('PATCH', path, change, 'application/merge-patch+json')) as KubeObject;
  }

  /** `null` where there is none. */
  async get(key: ObjectKey): Promise<KubeObject | null> {
    try {
      return (await this.#send('GET', objectPath(key))) as KubeObject;
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return null;
      throw error;
    }
  }

  /** @param labels a selector. */
  async list(kind: Pick<ObjectKey, 'apiVersion' | 'kind'>, namespace?: string, labels = ''): Promise<readonly KubeObject[]> {
    const query = labels === '' ? '' : `?labelSelector=${encodeURIComponent(labels)}`;
    const { items } = (await this.#send('GET', `${collectionPath(kind, namespace)}${query}`)) as { items: readonly KubeObject[] };
    return items;
  }

  /** Deletes one object, its dependents afterwards; nothing happens where there is none. */
  async remove(key: ObjectKey, gracePeriodSeconds?: number): Promise<void> {
    const options = { propagationPolicy: 'Background', ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }) };
    await this.#send('DELETE', objectPath(key), options).catch((error: unknown) => {
      if (!(error instanceof KubeError && error.status === 404)) throw error;
    });
  }

  /** Deletes all objects of a kind in a namespace. */
  async removeAll(kind: Pick<ObjectKey, 'apiVersion' | 'kind'>, namespace: string): Promise<void> {
    await this.#send('DELETE', collectionPath(kind, namespace), {});
  }

  /** Tells each change of one object, what it is first included, until it is stopped or the API server goes. */
  async watch(key: ObjectKey, changed: (event: WatchEvent) => void): Promise<RunningWatch> {
    const path = `${collectionPath(key, key.namespace ?? 'default')}?watch=1&fieldSelector=${encodeURIComponent(`metadata.name=${key.name}`)}`;
    const response = await this.#open({ method: 'GET', path });
    createInterface({ input: response }).on('line', (line) => changed(JSON.parse(line) as WatchEvent));
    // Whoever stops the watch, or the API server, ends it in the middle of the stream.
    response.on('error', () => {});
    return { stop: () => response.destroy() };
  }

  /** Whether the API server answers. */
  async ready(): Promise<boolean> {
    const response = await this.#open({ method: 'GET', path: '/readyz' }).catch(() => null);
    response?.resume();
    return response?.statusCode === 200;
  }

  close(): void {
    this.#agent.destroy();
  }

  async #send(method: string, path: string, body?: object, type = 'application/json'): Promise<unknown> {
    const content = body === undefined ? undefined : JSON.stringify(body);
    const headers = content === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(content) };
    const response = await this.#open({ method, path, headers, timeout: TIMEOUT_MS }, content);
    const said = await text(response);
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) throw new KubeError(`${method} ${path}`, status, said);
    return JSON.parse(said);
  }

  #open(options: RequestOptions, content?: string): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const sent = request(new URL(options.path as string, this.#access.server), { ...options, agent: this.#agent }, resolve);
    sent.on('timeout', () => sent.destroy(new Error(`${options.method} ${options.path}: no answer within ${TIMEOUT_MS} ms`)));
    sent.on('error', reject);
    sent.end(content);
    return promise;
  }
}

function messageOf(body: string): string {
  try {
    return (JSON.parse(body) as { readonly message: string }).message;
  } catch {
    return body;
  }
}
