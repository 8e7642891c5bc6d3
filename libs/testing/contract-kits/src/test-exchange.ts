import type { Configuration, Consumer, Route, Service } from '@gibbon/contracts/entities';
import type { Attempt, EntityLookup, Exchange, Latencies, ResponseSource, RetryPolicy, ServicePeer } from '@gibbon/contracts/plugin';
import { testEntities, testRoute, testService } from './test-entities.ts';
import { TestHeaders } from './test-headers.ts';

/** A request for {@link createTestExchange}; everything has a default. */
export interface TestRequest {
  /** Default `GET`. */
  readonly method?: string;
  /** Default `http://gateway.test/`; its path and query are taken as they are written. */
  readonly url?: string;
  /** Name, value, name, value; `Host` is added where absent. */
  readonly headers?: readonly string[];
  readonly body?: string | Uint8Array;
  readonly clientAddress?: string;
  readonly httpVersion?: 1.0 | 1.1 | 2;
  /** Wall clock, milliseconds; default 2026-01-01T00:00:00Z. */
  readonly startedAt?: number;
  /** Default {@link testRoute}; `null` for a request that no route matched. */
  readonly route?: Route | null;
  /** Default {@link testService}. */
  readonly service?: Service | null;
  readonly uriCaptures?: Readonly<Record<string, string>>;
  readonly entities?: Partial<Configuration>;
  readonly consumer?: Consumer;
  readonly credential?: { readonly id: string };
}

/** Makes a request and its response for unit tests of plugins, without a proxy. */
export function createTestExchange(request: TestRequest = {}): TestExchange {
  return new TestExchange(request);
}

/** The whole contract of an Exchange over plain values. What plugins did can be read from it. */
export class TestExchange implements Exchange {
  readonly id = '0123456789abcdef0123456789abcdef';
  readonly startedAt: number;
  readonly clientAddress: string;
  readonly clientPort = 50_000;
  readonly forwardedAddress: string;
  readonly method: string;
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly rawPath: string;
  readonly path: string;
  readonly rawQuery: string;
  readonly httpVersion: 1.0 | 1.1 | 2;
  readonly sni: string | null;
  readonly requestHeaders: TestHeaders;
  upstreamMethod: string;
  upstreamScheme: 'http' | 'https' = 'http';
  upstreamPath: string;
  upstreamQuery: string;
  upstreamHost: string;
  readonly route: Route | null;
  readonly service: Service | null;
  readonly uriCaptures: Readonly<Record<string, string>>;
  readonly entities: EntityLookup;
  consumer: Consumer | null;
  credential: { readonly id: string } | null;
  responseStatus = 0;
  readonly responseHeaders = new TestHeaders();
  responseSource: ResponseSource = 'service';
  upstreamStatus = 0;
  exited = false;
  readonly state = new Map<string | symbol, unknown>();
  attempts: readonly Attempt[] = [];
  latencies: Latencies = { request: -1, kong: -1, proxy: -1 };
  bytesIn = 0;
  bytesOut = 0;

  /** Where `setTarget` sent the request, or `null`. */
  target: { readonly host: string; readonly port: number } | null = null;
  /** Id of the service that `setService` chose, or `null`. */
  chosenService: string | null = null;
  /** What `setTimeouts` said, or `null`. */
  timeouts: { readonly requestMs: number; readonly attemptMs: number } | null = null;
  /** What `setRetries` said, or `null`. */
  retries: RetryPolicy | null = null;
  /** Body that the upstream would get. */
  requestBody: Uint8Array;
  /** Body that `exit` or `error` gave, or `null`. */
  exitBody: Uint8Array | null = null;
  /** How often the body was read: most plugins should not. */
  bodyReads = 0;
  #message: string | null = null;

  constructor(request: TestRequest) {
    const [, scheme, host, port, path, query] = /^(https?):\/\/([^/:?#]+)(?::(\d+))?([^?]*)\??(.*)$/s.exec(
      request.url ?? 'http://gateway.test/',
    )!;
    this.scheme = scheme as 'http' | 'https';
    this.host = host!.toLowerCase();
    this.port = port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port);
    this.rawPath = path === '' ? '/' : path!;
    this.path = this.rawPath;
    this.rawQuery = query!;
    this.sni = scheme === 'https' ? this.host : null;
    this.method = request.method ?? 'GET';
    this.startedAt = request.startedAt ?? Date.UTC(2026, 0, 1);
    this.clientAddress = request.clientAddress ?? '192.0.2.1';
    this.forwardedAddress = this.clientAddress;
    this.httpVersion = request.httpVersion ?? 1.1;
    this.requestHeaders = new TestHeaders(request.headers);
    if (!this.requestHeaders.has('host')) this.requestHeaders.set('Host', this.host);
    this.requestBody = bytesOf(request.body ?? '');
    this.upstreamMethod = this.method;
    this.upstreamPath = this.rawPath;
    this.upstreamQuery = this.rawQuery;
    this.route = request.route === undefined ? testRoute() : request.route;
    this.service = request.service === undefined ? (this.route === null ? null : testService()) : request.service;
    this.upstreamHost = this.service?.host ?? '';
    this.uriCaptures = request.uriCaptures ?? {};
    this.entities = testEntities(request.entities);
    this.consumer = request.consumer ?? null;
    this.credential = request.credential ?? null;
  }

  setTarget(host: string, port: number): void {
    this.target = { host, port };
  }

  setService(id: string): boolean {
    if (this.entities.get('services', id) === null) return false;
    this.chosenService = id;
    return true;
  }

  setTimeouts(requestMs: number, attemptMs: number): void {
    this.timeouts = { requestMs, attemptMs };
  }

  setRetries(policy: RetryPolicy): void {
    this.retries = policy;
  }

  /** The host and port of the service itself: tests have no balancers. */
  peerOf(serviceId: string): ServicePeer | null {
    const service = this.entities.get('services', serviceId);
    return service && { scheme: service.protocol === 'https' ? 'https' : 'http', host: service.host, port: service.port };
  }

  readBody(limitBytes: number): Promise<Uint8Array | null> {
    this.bodyReads += 1;
    return Promise.resolve(this.requestBody.byteLength > limitBytes ? null : this.requestBody);
  }

  setRequestBody(body: Uint8Array | string): void {
    this.requestBody = bytesOf(body);
    this.requestHeaders.remove('transfer-encoding');
    this.requestHeaders.set('Content-Length', String(this.requestBody.byteLength));
  }

  authenticate(consumer: Consumer | null, credential: { readonly id: string } | null): void {
    this.consumer = consumer;
    this.credential = credential;
  }

  exit(status: number, body: string | Uint8Array | Readonly<Record<string, unknown>> | null = null, headers: readonly string[] = []): void {
    const isJson = typeof body === 'object' && body !== null && !(body instanceof Uint8Array);
    this.#answer(status, isJson ? JSON.stringify(body) : (body ?? ''));
    if (isJson) this.responseHeaders.set('Content-Type', 'application/json; charset=utf-8');
    for (let index = 0; index + 1 < headers.length; index += 2) this.responseHeaders.set(headers[index]!, headers[index + 1]!);
  }

  error(status: number, message = `status ${status}`): void {
    this.#answer(status, JSON.stringify({ message, request_id: this.id }));
    this.responseHeaders.set('Content-Type', 'application/json; charset=utf-8');
    this.#message = message;
  }

  /** What the client would be told: the message of `error`, or the body of `exit`. */
  get exitMessage(): string | null {
    if (this.exitBody === null) return null;
    return this.#message ?? Buffer.from(this.exitBody).toString();
  }

  #answer(status: number, body: string | Uint8Array): void {
    this.exited = true;
    this.#message = null;
    this.responseSource = 'exit';
    this.responseStatus = status;
    this.exitBody = bytesOf(body);
    this.responseHeaders.set('Content-Length', String(this.exitBody.byteLength));
  }
}

function bytesOf(body: string | Uint8Array): Uint8Array {
  return typeof body === 'string' ? new TextEncoder().encode(body) : body;
}
