import type { AttemptResult } from '@gibbon/contracts/balancer';
import type { Consumer, Route, Service } from '@gibbon/contracts/entities';
import type { Attempt, EntityLookup, Headers, Latencies, ResponseSource, RetryPolicy, ServicePeer } from '@gibbon/contracts/plugin';
import { assertField, HeaderBlock, ResponseHead, type ServerConnection } from '@gibbon/dataplane-http1';
import type { RouteInput } from '@gibbon/dataplane-router';
import { hostOf, isAuthority, isToken, joinPaths, messageOf } from '@gibbon/http';
import type { ClientFacts } from './client-facts.ts';
import type { RunnableExchange } from './plugin-run.ts';
import type { RequestBody } from './request-body.ts';
import type { CompiledRoute, CompiledService, Snapshot } from './snapshot.ts';

const NOTHING_LEARNT: AttemptResult = Object.freeze({ durationMs: 0, ok: false });
const NO_CAPTURES: Readonly<Record<string, string>> = Object.freeze({});

/** An attempt that has ended, filled in anew for each. */
export class AttemptRecord implements Attempt {
  host = '';
  port = 0;
  startedAt = 0;
  status = 0;
  failure: Attempt['failure'] = 'none';

  /** What it says now, for keeping. */
  copy(): Attempt {
    const { host, port, startedAt, status, failure } = this;
    return { host, port, startedAt, status, failure };
  }
}

/** A response that a plugin or the gateway itself gives. */
export interface LocalResponse {
  readonly status: number;
  readonly body: string | Uint8Array;
  /** Content-Type that the body calls for, unless a plugin names another; `null` for none. */
  readonly type: string | null;
  /** Of Kong's error body, which takes the place of `body` in the format that the client accepts; `null` for other responses. */
  readonly message: string | null;
  /** Flat list. */
  readonly headers: readonly string[];
}

/** Where a plugin sends the request instead of to the service. */
export interface ChosenTarget {
  readonly host: string;
  readonly port: number;
}

/**
 * One request and its response: what plugins see as {@link Exchange} and the router as {@link RouteInput}, and what the
 * pipeline keeps of it. One per client connection, filled anew for each request; reading is lazy, straight from the heads.
 */
export class GatewayExchange implements RunnableExchange, RouteInput {
  readonly response = new ResponseHead();
  readonly requestHeaders: HeaderBlock;

  // Facts of the request.
  id = '';
  startedAt = 0;
  startedMonotonic = 0;
  path = '';
  forwardedAddress = '';

  // What was decided.
  snapshot: Snapshot | null = null;
  compiledRoute: CompiledRoute | null = null;
  compiledService: CompiledService | null = null;
  matchedPrefix = '';
  uriCaptures: Readonly<Record<string, string>> = NO_CAPTURES;
  consumer: Consumer | null = null;
  credential: { readonly id: string } | null = null;
  target: ChosenTarget | null = null;
  /** Limits in milliseconds; 0 for none. */
  requestTimeoutMs = 0;
  attemptTimeoutMs = 0;
  /** Instead of the service's retries. */
  retryPolicy: RetryPolicy | null = null;
  local: LocalResponse | null = null;
  aborted = false;
  proxyError = false;

  // What the upstream is asked.
  upstreamScheme: 'http' | 'https' = 'http';
  upstreamPath = '';
  /** What `upstreamPath` was when it was known to need no encoding; empty otherwise. */
  encodedUpstreamPath = '';
  upstreamQuery = '';
  /** What the target calls for, unless a plugin chose otherwise. */
  defaultUpstreamHost = '';

  // What came back.
  responseStatus = 0;
  upstreamStatus = 0;
  responseSource: ResponseSource = 'error';
  /** Whether `responseHeaders` are those of the response, and not what will be added to it. */
  responding = false;
  /** Monotonic milliseconds; -1 where the stage was not reached. */
  balancedMonotonic = -1;
  respondedMonotonic = -1;
  endedMonotonic = -1;

  readonly #server: ServerConnection;
  readonly #facts: ClientFacts;
  readonly #body: RequestBody;
  readonly #early = new HeaderBlock();
  #state: Map<string | symbol, unknown> | null = null;
  readonly #attempts: AttemptRecord[] = [];
  #attemptCount = 0;
  #upstreamMethod = '';
  #chosenUpstreamHost = '';

  constructor(server: ServerConnection, facts: ClientFacts, body: RequestBody) {
    this.#server = server;
    this.#facts = facts;
    this.#body = body;
    this.requestHeaders = server.request.headers;
  }

  /** Forgets the request before. */
  begin(snapshot: Snapshot, id: string): void {
    this.id = id;
    this.snapshot = snapshot;
    this.compiledRoute = null;
    this.compiledService = null;
    this.matchedPrefix = '';
    this.uriCaptures = NO_CAPTURES;
    this.consumer = null;
    this.credential = null;
    this.target = null;
    this.requestTimeoutMs = 0;
    this.attemptTimeoutMs = 0;
    this.retryPolicy = null;
    this.local = null;
    this.aborted = false;
    this.proxyError = false;
    this.#upstreamMethod = '';
    this.#chosenUpstreamHost = '';
    this.defaultUpstreamHost = '';
    this.responseStatus = 0;
    this.upstreamStatus = 0;
    this.responseSource = 'error';
    this.responding = false;
    this.balancedMonotonic = -1;
    this.respondedMonotonic = -1;
    this.endedMonotonic = -1;
    this.#state = null;
    this.#attemptCount = 0;
    if (this.#early.edited) this.#early.reset();
  }

  get clientAddress(): string {
    return this.#facts.address;
  }
  get clientPort(): number {
    return this.#facts.port;
  }
  get scheme(): 'http' | 'https' {
    return this.#facts.scheme;
  }
  get port(): number {
    return this.#facts.listenerPort;
  }
  get sni(): string | null {
    return this.#facts.sni;
  }
  get serverAddress(): string {
    return this.#facts.serverAddress;
  }
  get connectionSerial(): number {
    return this.#facts.serial;
  }
  get connectionRequests(): number {
    return this.#server.requests;
  }
  get method(): string {
    return this.#server.request.method;
  }
  get rawHost(): string {
    return this.#server.request.authority;
  }
  get host(): string {
    return hostOf(this.#server.request.authority);
  }
  get rawPath(): string {
    return this.#server.request.path;
  }
  get rawQuery(): string {
    return this.#server.request.query;
  }
  get httpVersion(): 1.0 | 1.1 {
    return this.#server.request.minor === 0 ? 1.0 : 1.1;
  }

  get upstreamMethod(): string {
    return this.#upstreamMethod === '' ? this.#server.request.method : this.#upstreamMethod;
  }
  /** @throws TypeError on what is no method. */
  set upstreamMethod(method: string) {
    if (!isToken(method)) throw new TypeError(`'${method}' is not a method: use letters, as in GET`);
    this.#upstreamMethod = method;
  }

  get upstreamHost(): string {
    return this.#chosenUpstreamHost === '' ? this.defaultUpstreamHost : this.#chosenUpstreamHost;
  }
  /** @throws TypeError on what is no host with an optional port. */
  set upstreamHost(host: string) {
    if (!isAuthority(host)) throw new TypeError(`'${host}' is not a host: write it as name, name:port or [address]:port`);
    this.#chosenUpstreamHost = host;
  }

  setTarget(host: string, port: number): void {
    this.target = { host, port };
  }

  setService(id: string): boolean {
    const compiled = (this.snapshot as Snapshot).serviceOf(id);
    if (compiled === null) return false;
    const { route } = this.compiledRoute as CompiledRoute;
    this.compiledService = compiled;
    this.target = null;
    this.upstreamScheme = compiled.tls === null ? 'http' : 'https';
    const { path } = compiled.service;
    if (path !== null && path !== '/') this.upstreamPath = joinPaths(path, this.upstreamPath, '', route);
    this.defaultUpstreamHost = defaultHost(compiled, route, this.rawHost);
    return true;
  }

  setTimeouts(requestMs: number, attemptMs: number): void {
    this.requestTimeoutMs = requestMs;
    this.attemptTimeoutMs = attemptMs;
  }

  setRetries(policy: RetryPolicy): void {
    this.retryPolicy = policy;
  }

  peerOf(serviceId: string): ServicePeer | null {
    const snapshot = this.snapshot as Snapshot;
    const compiled = snapshot.serviceOf(serviceId);
    if (compiled === null) return null;
    const scheme = compiled.tls === null ? 'http' : 'https';
    const { balanced, service } = compiled;
    if (balanced === null) {
      const address = snapshot.resolve(service.host);
      if (typeof address === 'string') return { scheme, host: address, port: service.port };
      // The next request finds it; nobody waits for this one.
      address.catch(() => undefined);
      return null;
    }
    const peer = balanced.pick({ hash: -1, attempt: 0, failed: [] });
    if (peer === null) return null;
    // Says nothing about the peer: the plugin's request is not the balancer's.
    balanced.report(peer, 0, 'none', NOTHING_LEARNT);
    return { scheme, host: peer.host, port: peer.port };
  }

  readBody(limitBytes: number): Promise<Uint8Array | null> {
    return this.#body.read(limitBytes);
  }

  setRequestBody(body: Uint8Array | string): void {
    this.#body.replace(body);
  }

  get route(): Route | null {
    return this.compiledRoute?.route ?? null;
  }
  get service(): Service | null {
    return this.compiledService?.service ?? null;
  }
  get entities(): EntityLookup {
    return (this.snapshot as Snapshot).entities;
  }

  authenticate(consumer: Consumer | null, credential: { readonly id: string } | null): void {
    this.consumer = consumer;
    this.credential = credential;
  }

  get responseHeaders(): Headers {
    return this.responding ? this.response.headers : this.#early;
  }

  /** Brings what plugins added before there was a response into it. */
  applyEarlyHeaders(): void {
    this.responding = true;
    if (!this.#early.hasAdded) return;
    const early = this.#early.toList();
    for (let at = 0; at < early.length; at += 2) this.response.headers.add(early[at] as string, early[at + 1] as string);
  }

  /** @throws TypeError on what cannot be sent, so that the plugin that said it is the one that failed. */
  exit(status: number, body: string | Uint8Array | Readonly<Record<string, unknown>> | null = null, headers: readonly string[] = []): void {
    assertStatus(status);
    for (let at = 0; at < headers.length; at += 2) assertField(headers[at] ?? '', headers[at + 1] ?? '');
    const raw = body === null || typeof body === 'string' || body instanceof Uint8Array;
    this.local = {
      status,
      body: raw ? (body ?? '') : JSON.stringify(body),
      type: raw ? null : 'application/json; charset=utf-8',
      message: null,
      headers,
    };
    this.responseSource = 'exit';
  }

  error(status: number, message?: string): void {
    assertStatus(status);
    this.answer(status, message ?? messageOf(status));
    this.responseSource = 'exit';
  }

  get exited(): boolean {
    return this.local !== null;
  }

  fail(): void {
    this.answer(500, messageOf(500));
  }

  /** An answer of the gateway itself. @param message `null` for an empty body. */
  answer(status: number, message: string | null, headers: readonly string[] = []): void {
    this.local = { status, body: '', type: null, message, headers };
    this.responseSource = 'error';
  }

  /** An answer because proxying failed: without Accept, its format follows the request's own. 494 is nginx's, sent as 400. */
  answerProxyError(status: number): void {
    this.answer(status === 494 ? 400 : status, messageOf(status));
    this.proxyError = true;
  }

  get state(): Map<string | symbol, unknown> {
    this.#state ??= new Map();
    return this.#state;
  }

  /** Copies: the records are used again for the next request. */
  get attempts(): readonly Attempt[] {
    return this.#attempts.slice(0, this.#attemptCount).map((attempt) => attempt.copy());
  }

  /** A record to fill in for an attempt that has ended. */
  addAttempt(): AttemptRecord {
    const known = this.#attempts[this.#attemptCount++];
    if (known !== undefined) return known;
    const record = new AttemptRecord();
    this.#attempts.push(record);
    return record;
  }

  /** Milliseconds until the request went to the upstream. */
  get gatewayLatencyMs(): number {
    return Math.round(this.balancedMonotonic - this.startedMonotonic);
  }

  /** Milliseconds from there to the head of the response. */
  get upstreamLatencyMs(): number {
    return Math.round(this.respondedMonotonic - this.balancedMonotonic);
  }

  get latencies(): Latencies {
    const total = this.endedMonotonic === -1 ? 0 : Math.round(this.endedMonotonic - this.startedMonotonic);
    const proxied = this.upstreamStatus !== 0;
    return { request: total, kong: proxied ? this.gatewayLatencyMs : total, proxy: proxied ? this.upstreamLatencyMs : -1 };
  }

  get bytesIn(): number {
    return this.#server.bytesIn;
  }
  get bytesOut(): number {
    return this.#server.bytesOut;
  }
}

/** `Host` for a service, before its peer is known. */
export function defaultHost({ service, upstream }: CompiledService, route: Route, rawHost: string): string {
  return route.preserve_host && rawHost !== '' ? rawHost : (upstream?.host_header ?? service.host);
}

function assertStatus(status: number): void {
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new RangeError(`${status} is not a status for a response: use 200 to 599`);
}
