import type { Consumer, EntityType, EntityTypes, Route, Service } from '../entities/index.ts';
import type { Headers } from './headers.ts';

/** Who produced the response: the service, a plugin's `exit`, or Gibbon itself. */
export type ResponseSource = 'service' | 'exit' | 'error';

/** The entities of the configuration that this request runs under. Synchronous, indexed, constant time. */
export interface EntityLookup {
  get<T extends EntityType>(type: T, id: string): EntityTypes[T] | null;
  /** By a string field with unique values, e.g. `find('keyauth_credentials', 'key', apikey)`. The index is built once per configuration. */
  find<T extends EntityType>(type: T, field: string, value: string): EntityTypes[T] | null;
  /** By a reference, e.g. all `acls` of a consumer: `children('acls', 'consumer', consumer.id)`. */
  children<T extends EntityType>(type: T, reference: string, parentId: string): readonly EntityTypes[T][];
}

/** One attempt on a peer. */
export interface Attempt {
  readonly host: string;
  readonly port: number;
  /** Wall clock, milliseconds. */
  readonly startedAt: number;
  /** Upstream's status, or 0. */
  readonly status: number;
  readonly failure: 'none' | 'connect' | 'timeout' | 'protocol';
}

/** An address of a Kong service. */
export interface ServicePeer {
  readonly scheme: 'http' | 'https';
  /** An address. */
  readonly host: string;
  readonly port: number;
}

/** Milliseconds, as Kong reports them; -1 where the stage was not reached. */
export interface Latencies {
  /** First byte of the request to last byte of the response. */
  readonly request: number;
  /** Spent in the gateway. */
  readonly kong: number;
  /** Waiting for the upstream's response header. */
  readonly proxy: number;
}

/**
 * When a request is tried again: where no connection could be made, or it broke before anything was answered, and on some
 * answers. Each time another peer is chosen where there is one. What was sent already is not repeated for POST, PATCH and
 * LOCK, but on an answer of which the policy says so; bodies that are too large to be kept are never repeated.
 */
export interface RetryPolicy {
  /** Attempts beyond the first; 0 for none. */
  readonly attempts: number;
  /** Statuses of answers that are thrown away for another attempt. The last one is passed on. */
  readonly codes: ReadonlySet<number>;
  /** Milliseconds before the second attempt; before each further one twice as long, up to ten times. 0 for at once. */
  readonly backoffMs: number;
}

/**
 * One request and its response, as plugins see them; independent of HTTP version and transport.
 * One object per request with one shape: never add fields to it, use `state`. Valid until the log phase returns.
 */
export interface Exchange {
  /** Request id: 32 lower-case hex characters. */
  readonly id: string;
  /** Wall clock at the first byte of the request, milliseconds. */
  readonly startedAt: number;

  /** Address and port of the peer that connected. */
  readonly clientAddress: string;
  readonly clientPort: number;
  /** Address that the client connected to; absent where the transport does not tell. */
  readonly serverAddress?: string;
  /** Number of the connection, unique in this thread; absent as `serverAddress`. */
  readonly connectionSerial?: number;
  /** Number of this request on its connection, from 1; absent as `serverAddress`. */
  readonly connectionRequests?: number;
  /** Client address behind trusted proxies; equals `clientAddress` when the peer is not trusted. */
  readonly forwardedAddress: string;

  /** As received. */
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** `Host` without port, lower case. */
  readonly host: string;
  /** Port of the listener. */
  readonly port: number;
  /** Path as received, without query. */
  readonly rawPath: string;
  /** Path normalised as the router uses it. */
  readonly path: string;
  /** Query as received, without `?`; empty when none. */
  readonly rawQuery: string;
  readonly httpVersion: 1.0 | 1.1 | 2;
  /** TLS server name, or `null`. */
  readonly sni: string | null;
  /** Fields of the request; what plugins change here is what the upstream gets. */
  readonly requestHeaders: Headers;

  /** What the upstream is asked; settable until the access phase ends. */
  upstreamMethod: string;
  upstreamScheme: 'http' | 'https';
  /** Path on the upstream, percent-encoded, starts with `/`. */
  upstreamPath: string;
  /** Without `?`. */
  upstreamQuery: string;
  /** `Host` for the upstream, with port where it is not the scheme's default. */
  upstreamHost: string;
  /** Goes to this host (an upstream's name, a host name or an address) instead of the service's. */
  setTarget(host: string, port: number): void;
  /**
   * Goes to another Kong service than the route's: its upstream, protocol, timeouts, retries and TLS; its path is put before
   * `upstreamPath`. Plugins stay those of the route. Call it once, in access. @param id of the service.
   * @returns false when there is no such service; nothing has changed then.
   */
  setService(id: string): boolean;
  /**
   * Limits how long the answer may take; the client gets 504 then. Call it in access.
   * @param requestMs from the first byte of the request to the last of the response, attempts together; 0 for no limit.
   * @param attemptMs of one attempt, from its start to the last byte of the response; 0 for no limit.
   */
  setTimeouts(requestMs: number, attemptMs: number): void;
  /**
   * Says when a request is tried again, instead of the service's `retries`. Call it in access; make the policy once.
   * @see {@link RetryPolicy}
   */
  setRetries(policy: RetryPolicy): void;
  /**
   * Where a Kong service's next request would go: for requests that a plugin makes itself. The balancer counts nothing.
   * @param serviceId of the service. @returns `null` when there is no such service, no healthy peer, or its name is not resolved yet.
   */
  peerOf(serviceId: string): ServicePeer | null;
  /** The whole request body. Resolves to `null` when it is larger than `limitBytes`; the request can still be proxied then. */
  readBody(limitBytes: number): Promise<Uint8Array | null>;
  /** Replaces the request body; Content-Length follows. */
  setRequestBody(body: Uint8Array | string): void;

  readonly route: Route | null;
  readonly service: Service | null;
  /** Groups of the regular expression that matched the path: `['0'..]` by number and by name; empty object when none. */
  readonly uriCaptures: Readonly<Record<string, string>>;
  readonly entities: EntityLookup;

  /** Set by authentication. */
  readonly consumer: Consumer | null;
  /** The credential used, as its entity. */
  readonly credential: { readonly id: string } | null;
  /** Records who the client is. Consumer-scoped plugin configurations apply to plugins that run later. */
  authenticate(consumer: Consumer | null, credential: { readonly id: string } | null): void;

  /** Status of the response; settable in headerFilter. 0 before there is a response. */
  responseStatus: number;
  /** Fields of the response. In rewrite and access: fields to add to whatever response comes. */
  readonly responseHeaders: Headers;
  readonly responseSource: ResponseSource;
  /** Status that the upstream answered, or 0. */
  readonly upstreamStatus: number;

  /**
   * Answers the client instead of proxying. Later access handlers are skipped; header, body and log phases run.
   * @param body a string as it is, an object as JSON (`application/json; charset=utf-8`), nothing for an empty body.
   * @param headers flat list.
   */
  exit(status: number, body?: string | Uint8Array | Readonly<Record<string, unknown>> | null, headers?: readonly string[]): void;
  /** Answers with Kong's error body in the format that the client accepts. @param message default by status. */
  error(status: number, message?: string): void;
  /** Whether `exit` or `error` was called. */
  readonly exited: boolean;

  /** Per-request state of plugins, by a key of their own. Made at first use. */
  readonly state: Map<string | symbol, unknown>;

  /** Complete in the log phase. */
  readonly attempts: readonly Attempt[];
  readonly latencies: Latencies;
  /** Bytes received from and sent to the client, heads included. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}
