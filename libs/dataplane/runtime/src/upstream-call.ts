import { isIP } from 'node:net';
import type { Attempt } from '@gibbon/contracts/plugin';
import type { AttemptResult, Peer, PickContext } from '@gibbon/contracts/balancer';
import type { ClientConnection, ClientFailure, HeaderBlock, ResponseHandler } from '@gibbon/dataplane-http1';
import type { BalancedUpstream, UpstreamPeer } from '@gibbon/dataplane-upstream';
import { bracketed, hostOf } from '@gibbon/http';
import { WheelEntry, type CoarseNow, type TimerWheel } from '@gibbon/time';
import type { GatewayExchange } from './exchange.ts';
import type { RequestBody } from './request-body.ts';
import type { CompiledService, Snapshot } from './snapshot.ts';
import type { UpstreamHeadWriter } from './upstream-head.ts';
import type { UpstreamPools } from './upstream-pools.ts';

/** Requests that are not repeated once any of them was sent. @see https://nginx.org/r/proxy_next_upstream */
const NOT_REPEATED = new Set(['POST', 'LOCK', 'PATCH']);

/** Pauses between attempts grow up to so many times the first. */
const MAX_BACKOFF_FACTOR = 10;

/** What becomes of a call. Methods must not throw. */
export interface CallListener {
  /** The response's head is in `exchange.response`; see `ResponseHandler.onResponse`. */
  onUpstreamResponse(text: string | null): void;
  onUpstreamData(bytes: Buffer, start: number, end: number): void;
  /** The response is complete. @param trailers fields after the body, or `null`; valid during the call. */
  onUpstreamEnd(trailers: HeaderBlock | null): void;
  onUpstreamFlush(): void;
  /** No attempt brought a response. @param message of the gateway, or `null`: what the status calls for. */
  onUpstreamFailed(status: number, message: string | null): void;
  /** The response broke off. */
  onUpstreamAborted(): void;
  onUpstreamUpgrade(): void;
  onUpstreamTunnelData(bytes: Buffer, start: number, end: number): void;
  onUpstreamTunnelEnd(): void;
  onUpstreamTunnelClosed(): void;
  /** A tunnel's upstream keeps up again. */
  onUpstreamTunnelWritable(): void;
}

/** What the balancer sees; one per client connection. */
class Picking implements PickContext {
  hash = -1;
  attempt = 0;
  failed: Peer[] = [];
}

class Result implements AttemptResult {
  durationMs = 0;
  ok = false;
}

/** A limit that a plugin has set. Made at first use: most requests have none. */
class Deadline extends WheelEntry {
  readonly #expired: () => void;

  constructor(expired: () => void) {
    super();
    this.#expired = expired;
  }

  override onTimeout(): void {
    this.#expired();
  }
}

/** What calls share. */
export interface CallContext {
  readonly pools: UpstreamPools;
  readonly wheel: TimerWheel;
  readonly now: CoarseNow;
}

/**
 * Brings one request to an upstream: picks a peer, takes or opens a connection, sends, and tries again where that is safe.
 * One per client connection.
 * @see https://developer.konghq.com/gateway/entities/service/ (retries, timeouts)
 */
export class UpstreamCall implements ResponseHandler {
  readonly #context: CallContext;
  readonly #exchange: GatewayExchange;
  readonly #body: RequestBody;
  readonly #head: UpstreamHeadWriter;
  readonly #listener: CallListener;
  readonly #picking = new Picking();
  readonly #result = new Result();
  #connection: ClientConnection | null = null;
  #balanced: BalancedUpstream | null = null;
  #peer: UpstreamPeer | null = null;
  #host = '';
  #port = 0;
  #address = '';
  #retriesLeft = 0;
  #reused = false;
  /** A kept connection was stale: the next attempt opens a new one. */
  #avoidKept = false;
  #sent = false;
  #responded = false;
  #tunnel = false;
  #startedAt = 0;
  #startedMonotonic = 0;
  #generation = 0;
  #requestDeadline: Deadline | null = null;
  #attemptDeadline: Deadline | null = null;
  /** The next attempt waits. */
  #pause: Deadline | null = null;
  // The last Host made from a peer's name.
  #peerName = '';
  #peerPort = -1;
  #peerHost = '';

  // oxlint-disable-next-line max-params -- the collaborators of one connection, wired in one place.
  constructor(context: CallContext, exchange: GatewayExchange, body: RequestBody, head: UpstreamHeadWriter, listener: CallListener) {
    this.#context = context;
    this.#exchange = exchange;
    this.#body = body;
    this.#head = head;
    this.#listener = listener;
  }

  /** Whether an attempt is under way, response included. */
  get active(): boolean {
    return this.#connection !== null;
  }

  /** Starts the first attempt. @param hash for balancers that want one, or -1. */
  start(hash: number): void {
    const exchange = this.#exchange;
    const service = (exchange.compiledService as CompiledService).service;
    const target = exchange.target;
    const snapshot = exchange.snapshot as Snapshot;
    this.#host = target === null ? service.host : target.host;
    this.#port = target === null ? service.port : target.port;
    this.#balanced = target === null ? (exchange.compiledService as CompiledService).balanced : snapshot.upstreamNamed(target.host);
    this.#retriesLeft = exchange.retryPolicy === null ? service.retries : exchange.retryPolicy.attempts;
    this.#picking.hash = hash;
    this.#picking.attempt = 0;
    if (this.#picking.failed.length > 0) this.#picking.failed = [];
    this.#avoidKept = false;
    this.#responded = false;
    this.#tunnel = false;
    if (exchange.requestTimeoutMs > 0) this.#limitRequest(exchange.requestTimeoutMs);
    this.#next();
  }

  /** Gives up: the client is gone or was answered otherwise. */
  abandon(): void {
    this.#generation++;
    this.#disarm();
    const connection = this.#connection;
    if (connection === null) return;
    this.#connection = null;
    this.#body.detach();
    this.#note(this.#responded ? this.#exchange.upstreamStatus : 0, 'none', false);
    connection.abandon();
  }

  /** Stops the response's body. */
  pause(): void {
    this.#connection?.pauseBody();
  }

  /** Lets the response's body come again. */
  resume(): void {
    if (this.#tunnel) this.#connection?.resumeTunnel();
    else this.#connection?.resumeBody();
  }

  /** Bytes of a tunnel. @returns false: wait for `onUpstreamTunnelWritable`. */
  sendTunnel(bytes: Buffer, start: number, end: number): boolean {
    return this.#connection?.sendTunnel(bytes, start, end) ?? true;
  }

  /** Stops a tunnel's bytes from the upstream. */
  pauseTunnel(): void {
    this.#connection?.pauseTunnel();
  }

  /** The client ended its side of a tunnel. */
  endTunnel(): void {
    this.#connection?.endTunnel();
  }

  onConnected(): void {
    this.#send();
  }

  onResponse(text: string | null): void {
    if (this.#retriesLeft > 0 && this.#exchange.retryPolicy?.codes.has(this.#exchange.response.status) === true && this.#body.repeatable) {
      const peer = this.#peer;
      this.#discard(text === null, this.#exchange.response.status, 'none');
      this.#again(peer);
      return;
    }
    this.#responded = true;
    this.#exchange.respondedMonotonic = this.#context.now.monotonicMs;
    if (text !== null) this.#finished();
    this.#listener.onUpstreamResponse(text);
  }

  onBodyData(bytes: Buffer, start: number, end: number): void {
    this.#listener.onUpstreamData(bytes, start, end);
  }

  onResponseEnd(): void {
    const trailers = this.#connection?.responseTrailers ?? null;
    this.#finished();
    this.#listener.onUpstreamEnd(trailers);
  }

  onResponseFlush(): void {
    this.#listener.onUpstreamFlush();
  }

  onServerWritable(): void {
    if (this.#tunnel) this.#listener.onUpstreamTunnelWritable();
    else this.#body.onWritable();
  }

  onFailure(failure: ClientFailure): void {
    this.#connection = null;
    this.#body.detach();
    if (this.#responded) {
      this.#disarm();
      this.#note(this.#exchange.response.status, 'protocol', false);
      this.#listener.onUpstreamAborted();
      return;
    }
    const peer = this.#peer;
    this.#note(0, attemptFailure(failure), false);
    if (this.#wasStale(failure)) this.#next();
    else if (this.#mayRetry(failure)) this.#again(peer);
    else this.#failed(failure === 'timeout' || failure === 'connect-timeout' ? 504 : 502, null);
  }

  onUpgrade(): void {
    this.#responded = true;
    this.#tunnel = true;
    this.#disarm();
    this.#exchange.respondedMonotonic = this.#context.now.monotonicMs;
    this.#listener.onUpstreamUpgrade();
  }

  onServerTunnelData(bytes: Buffer, start: number, end: number): void {
    this.#listener.onUpstreamTunnelData(bytes, start, end);
  }

  onServerTunnelEnd(): void {
    this.#listener.onUpstreamTunnelEnd();
  }

  onServerTunnelClosed(): void {
    if (this.#connection === null) return;
    this.#connection = null;
    this.#note(101, 'none', true);
    this.#listener.onUpstreamTunnelClosed();
  }

  #next(): void {
    if (this.#balanced !== null) {
      const peer = this.#balanced.pick(this.#picking);
      this.#peer = peer;
      if (peer === null) this.#failed(503, 'failure to get a peer from the ring-balancer');
      else this.#connect(peer.host, peer.port, peer.hostname);
      return;
    }
    this.#peer = null;
    const address = (this.#exchange.snapshot as Snapshot).resolve(this.#host);
    if (typeof address === 'string') this.#connect(address, this.#port, this.#host);
    else this.#connectLater(address);
  }

  #connectLater(resolving: Promise<string>): void {
    const generation = ++this.#generation;
    resolving.then(
      (address) => {
        if (generation === this.#generation) this.#connect(address, this.#port, this.#host);
      },
      () => {
        if (generation === this.#generation) this.#failed(503, 'name resolution failed');
      },
    );
  }

  #connect(address: string, port: number, name: string): void {
    const exchange = this.#exchange;
    const compiled = exchange.compiledService as CompiledService;
    const now = this.#context.now;
    const host = this.#hostFor(compiled, name, port);
    exchange.defaultUpstreamHost = host;
    const pools = this.#context.pools.of(compiled);
    const pool = pools.to(address, port, exchange.upstreamScheme === 'https' ? servernameOf(host) : null);
    const kept = this.#avoidKept ? null : pool.takeIdle();
    const connection = kept ?? pool.open(compiled.service.connect_timeout);
    this.#address = address;
    this.#port = port;
    this.#reused = kept !== null;
    this.#sent = false;
    this.#startedMonotonic = now.monotonicMs;
    this.#startedAt = now.wallMs;
    exchange.balancedMonotonic = this.#startedMonotonic;
    this.#connection = connection;
    if (exchange.attemptTimeoutMs > 0) this.#limitAttempt(exchange.attemptTimeoutMs);
    connection.begin(this, exchange.response, pools.timeouts);
    if (kept !== null) this.#send();
  }

  #send(): void {
    const connection = this.#connection as ClientConnection;
    const exchange = this.#exchange;
    this.#sent = true;
    const head = this.#head.write(exchange, exchange.upstreamHost, this.#body);
    connection.sendHead(head, exchange.upstreamMethod, this.#head.upgrades, this.#body.chunked);
    this.#body.sendTo(connection);
  }

  /** Host of the upstream, unless a plugin chose one. @see https://developer.konghq.com/gateway/entities/route/#preserve-host */
  #hostFor(compiled: CompiledService, name: string, port: number): string {
    const exchange = this.#exchange;
    if (exchange.route?.preserve_host === true && exchange.rawHost !== '') return exchange.rawHost;
    const configured = this.#exchange.target === null ? (compiled.upstream?.host_header ?? null) : null;
    if (configured !== null) return configured;
    if (name !== this.#peerName || port !== this.#peerPort) {
      this.#peerName = name;
      this.#peerPort = port;
      this.#peerHost = port === (exchange.upstreamScheme === 'https' ? 443 : 80) ? bracketed(name) : `${bracketed(name)}:${port}`;
    }
    return this.#peerHost;
  }

  /** Whether the upstream closed a kept connection at the moment of its reuse, which says nothing about the peer. */
  #wasStale(failure: ClientFailure): boolean {
    if (!this.#reused || failure !== 'closed' || !this.#mayRepeat()) return false;
    this.#avoidKept = true;
    return true;
  }

  #mayRetry(failure: ClientFailure): boolean {
    return this.#retriesLeft > 0 && failure !== 'protocol' && this.#mayRepeat();
  }

  #mayRepeat(): boolean {
    return !this.#sent || (this.#body.repeatable && !NOT_REPEATED.has(this.#exchange.upstreamMethod));
  }

  /** Gives an attempt up. @param open whether its connection still has something to say. */
  #discard(open: boolean, status: number, failure: Attempt['failure']): void {
    const connection = this.#connection;
    this.#connection = null;
    this.#body.detach();
    this.#note(status, failure, failure === 'none');
    if (open) connection?.abandon();
  }

  /** The next attempt, on another peer where there is one. */
  #again(peer: UpstreamPeer | null): void {
    const picking = this.#picking;
    this.#retriesLeft--;
    picking.attempt++;
    if (peer !== null) picking.failed.push(peer);
    if (this.#attemptDeadline?.armed === true) this.#context.wheel.cancel(this.#attemptDeadline);
    const backoffMs = this.#exchange.retryPolicy?.backoffMs ?? 0;
    if (backoffMs === 0) {
      this.#next();
      return;
    }
    this.#pause ??= new Deadline(() => this.#next());
    this.#context.wheel.schedule(this.#pause, backoffMs * Math.min(2 ** (picking.attempt - 1), MAX_BACKOFF_FACTOR));
  }

  #failed(status: number, message: string | null): void {
    this.#disarm();
    this.#listener.onUpstreamFailed(status, message);
  }

  #limitRequest(limitMs: number): void {
    this.#requestDeadline ??= new Deadline(() => this.#expire());
    const { now, wheel } = this.#context;
    wheel.schedule(this.#requestDeadline, Math.max(1, limitMs - (now.monotonicMs - this.#exchange.startedMonotonic)));
  }

  #limitAttempt(limitMs: number): void {
    this.#attemptDeadline ??= new Deadline(() => this.#expireAttempt());
    this.#context.wheel.schedule(this.#attemptDeadline, limitMs);
  }

  #disarm(): void {
    if (this.#requestDeadline?.armed === true) this.#context.wheel.cancel(this.#requestDeadline);
    if (this.#attemptDeadline?.armed === true) this.#context.wheel.cancel(this.#attemptDeadline);
    if (this.#pause?.armed === true) this.#context.wheel.cancel(this.#pause);
  }

  /** The limit of one attempt is over: another one follows only where a plugin asks for it, as the service may be at work on this one. */
  #expireAttempt(): void {
    if (this.#responded || this.#exchange.retryPolicy === null || this.#retriesLeft === 0 || !this.#mayRepeat()) {
      this.#expire();
      return;
    }
    const peer = this.#peer;
    this.#generation++;
    this.#discard(true, 0, 'timeout');
    this.#again(peer);
  }

  /** A limit is over, and the request with it. */
  #expire(): void {
    const connection = this.#connection;
    this.#generation++;
    this.#disarm();
    if (connection === null) {
      this.#listener.onUpstreamFailed(504, null);
      return;
    }
    this.#connection = null;
    this.#body.detach();
    this.#note(this.#responded ? this.#exchange.upstreamStatus : 0, 'timeout', false);
    connection.abandon();
    if (this.#responded) this.#listener.onUpstreamAborted();
    else this.#listener.onUpstreamFailed(504, null);
  }

  #finished(): void {
    this.#connection = null;
    this.#disarm();
    if (!this.#body.complete) this.#body.detach();
    this.#note(this.#exchange.response.status, 'none', true);
  }

  /** The attempt has ended: for the log phase, the balancer and passive health checks. */
  #note(status: number, failure: Attempt['failure'], ok: boolean): void {
    const attempt = this.#exchange.addAttempt();
    attempt.host = this.#address;
    attempt.port = this.#port;
    attempt.startedAt = this.#startedAt;
    attempt.status = status;
    attempt.failure = failure;
    const peer = this.#peer;
    if (peer === null || this.#balanced === null) return;
    this.#peer = null;
    this.#result.durationMs = this.#context.now.monotonicMs - this.#startedMonotonic;
    this.#result.ok = ok;
    // What is no HTTP counts as the status that the client gets for it.
    if (failure === 'protocol') this.#balanced.report(peer, status === 0 ? 502 : status, 'none', this.#result);
    else this.#balanced.report(peer, status, failure, this.#result);
  }
}

function attemptFailure(failure: ClientFailure): Attempt['failure'] {
  if (failure === 'timeout' || failure === 'connect-timeout') return 'timeout';
  return failure === 'protocol' ? 'protocol' : 'connect';
}

/** TLS server names are names: addresses give none. */
function servernameOf(host: string): string {
  const name = hostOf(host);
  return name.startsWith('[') || isIP(name) !== 0 ? '' : name;
}
