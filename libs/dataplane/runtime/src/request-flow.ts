import type { Logger } from '@gibbon/contracts/services';
import {
  problemStatus,
  problemText,
  type HeaderBlock,
  type ProblemCode,
  type RequestHandler,
  type ServerConnection,
} from '@gibbon/dataplane-http1';
import { joinPaths, normalisePath, type RequestIds } from '@gibbon/http';
import type { TimerWheel } from '@gibbon/time';
import { realAddress, type ClientFacts } from './client-facts.ts';
import { defaultHost, GatewayExchange, type LocalResponse } from './exchange.ts';
import { hashOf } from './hash-input.ts';
import { NO_PLUGINS, PluginRun } from './plugin-run.ts';
import { PluginWait, type Waiter } from './plugin-wait.ts';
import { RequestBody } from './request-body.ts';
import type { ResponseHeadWriter } from './response-head.ts';
import { refusesProtocol } from './route-protocols.ts';
import type { CompiledSettings } from './settings.ts';
import type { OutageLog } from './outage-log.ts';
import type { CompiledRoute, Snapshot } from './snapshot.ts';
import { UpstreamCall, type CallListener } from './upstream-call.ts';
import { UpstreamHeadWriter } from './upstream-head.ts';
import type { UpstreamPools } from './upstream-pools.ts';

const NOTHING = Buffer.alloc(0);

/** What all requests of a pipeline share. */
export interface FlowContext {
  readonly settings: CompiledSettings;
  readonly wheel: TimerWheel;
  readonly pools: UpstreamPools;
  readonly ids: RequestIds;
  readonly log: Logger;
  readonly outages: OutageLog;
  readonly responses: ResponseHeadWriter;
  /** The configuration for requests that begin now. */
  readonly snapshot: Snapshot;
  readonly counts: { requests: number; active: number };
}

/**
 * Leads the requests of one client connection from head to log phase: rewrite, route, access, upstream, header and body
 * filters, log. Synchronous, unless a plugin or a name resolution waits.
 */
export class RequestFlow implements RequestHandler, CallListener, Waiter {
  readonly #context: FlowContext;
  readonly #server: ServerConnection;
  readonly #facts: ClientFacts;
  readonly #exchange: GatewayExchange;
  readonly #body: RequestBody;
  readonly #plugins: PluginRun;
  readonly #call: UpstreamCall;
  readonly #head: UpstreamHeadWriter;
  readonly #newId: () => string;
  #waiting = false;
  #pluginWait: PluginWait | null = null;
  #filtering = false;
  #tunnel = false;
  #bodyBytes = 0;
  readonly #onClosed: () => void;

  constructor(context: FlowContext, server: ServerConnection, facts: ClientFacts, onClosed: () => void) {
    this.#context = context;
    this.#server = server;
    this.#facts = facts;
    this.#onClosed = onClosed;
    this.#newId = () => context.ids.next();
    this.#body = new RequestBody(server, context.settings.raw.client_body_buffer_size);
    this.#exchange = new GatewayExchange(server, facts, this.#body);
    this.#plugins = new PluginRun(context.log);
    this.#head = new UpstreamHeadWriter(server.request, facts, context.settings);
    this.#call = new UpstreamCall(
      { pools: context.pools, wheel: context.wheel, now: context.wheel.now },
      this.#exchange,
      this.#body,
      this.#head,
      this,
    );
  }

  onRequest(): void {
    try {
      this.#start();
    } catch (error) {
      this.#crash(error);
    }
  }

  onBodyData(bytes: Buffer, start: number, end: number): void {
    const limit = this.#context.settings.raw.client_max_body_size;
    this.#bodyBytes += end - start;
    if (limit > 0 && this.#bodyBytes > limit) {
      this.#refuseBody(413);
      return;
    }
    this.#body.onData(bytes, start, end);
  }

  onRequestFlush(): void {
    this.#body.onFlush();
  }

  onRequestEnd(): void {
    this.#body.onEnd();
  }

  onRefused(problem: ProblemCode): void {
    const exchange = this.#begin();
    const status = problemStatus(problem);
    this.#context.log.debug({ client: this.#facts.address, problem: problemText(problem) }, 'refused a request');
    exchange.path = this.#server.request.path;
    exchange.forwardedAddress = this.#facts.address;
    this.#answerProxyError(status);
  }

  onRequestProblem(problem: ProblemCode): void {
    this.#refuseBody(problemStatus(problem));
  }

  onWritable(): void {
    if (this.#tunnel || this.#call.active) this.#call.resume();
  }

  onAbort(): void {
    const exchange = this.#exchange;
    if (this.#tunnel) {
      this.#tunnel = false;
      this.#call.abandon();
      this.#log();
      return;
    }
    exchange.aborted = true;
    this.#call.abandon();
    this.#body.onAbort();
    // nginx's status for a client that did not wait.
    if (exchange.responseStatus === 0) exchange.responseStatus = 499;
    if (!this.#waiting) this.#log();
  }

  get bodyBytes(): number {
    return this.#bodyBytes;
  }

  onOverdue(): void {
    const exchange = this.#exchange;
    const { log, settings } = this.#context;
    const fields = { plugin: this.#plugins.abandon(), requestId: exchange.id, limitMs: settings.raw.plugin_timeout * 1000 };
    log.error(fields, 'a plugin took too long');
    this.#waiting = false;
    if (exchange.aborted) {
      this.#log();
      return;
    }
    // The plugin may still change the exchange: no other request of the connection gets it.
    this.#server.refuseBody();
    this.#body.onAbort();
    exchange.fail();
    this.#respond();
  }

  onTunnelData(bytes: Buffer, start: number, end: number): void {
    if (!this.#call.sendTunnel(bytes, start, end)) this.#server.pauseTunnel();
  }

  onTunnelEnd(): void {
    this.#call.endTunnel();
  }

  onClosed(): void {
    this.#onClosed();
  }

  onUpstreamResponse(text: string | null): void {
    try {
      this.#startResponse(text);
    } catch (error) {
      this.#crash(error);
    }
  }

  onUpstreamData(bytes: Buffer, start: number, end: number): void {
    if (this.#filtering) {
      const piece = this.#plugins.bodyFilter(this.#exchange, Buffer.copyBytesFrom(bytes, start, end - start), false);
      this.#server.sendData(asBuffer(piece), 0, piece.length);
    } else {
      this.#server.sendData(bytes, start, end);
    }
    if (this.#server.blocked) this.#call.pause();
  }

  onUpstreamFlush(): void {
    this.#server.flush();
    if (this.#server.blocked) this.#call.pause();
  }

  onUpstreamEnd(trailers: HeaderBlock | null): void {
    if (this.#filtering) {
      const last = this.#plugins.bodyFilter(this.#exchange, NOTHING, true);
      this.#server.sendData(asBuffer(last), 0, last.length);
    }
    this.#finish(trailers === null ? '' : this.#context.responses.trailers(this.#exchange, trailers));
  }

  onUpstreamFailed(status: number, message: string | null): void {
    const { id, attempts, service } = this.#exchange;
    this.#context.outages.failed({ id, service: service?.name ?? service?.id ?? '', status, attempts });
    if (message === null) this.#exchange.answerProxyError(status);
    else this.#exchange.answer(status, message);
    this.#respond();
  }

  onUpstreamAborted(): void {
    this.#server.abort();
    this.#log();
  }

  onUpstreamUpgrade(): void {
    const exchange = this.#exchange;
    exchange.upstreamStatus = 101;
    exchange.responseStatus = 101;
    exchange.responseSource = 'service';
    exchange.applyEarlyHeaders();
    this.#plugins.headerFilter(exchange);
    this.#tunnel = true;
    this.#server.startTunnel(`${this.#proxiedHead(-2)}Connection: Upgrade\r\nUpgrade: websocket\r\n`);
  }

  onUpstreamTunnelData(bytes: Buffer, start: number, end: number): void {
    if (!this.#server.sendTunnel(bytes, start, end)) this.#call.pauseTunnel();
  }

  onUpstreamTunnelEnd(): void {
    this.#server.connection.end();
  }

  onUpstreamTunnelClosed(): void {
    this.#server.connection.destroy();
  }

  onUpstreamTunnelWritable(): void {
    this.#server.resumeTunnel();
  }

  #start(): void {
    const exchange = this.#begin();
    const request = this.#server.request;
    this.#body.begin();
    const path = request.plain ? request.path : normalisePath(request.path);
    if (path === null) return this.#answerProxyError(400);
    exchange.path = path;
    exchange.forwardedAddress = realAddress(this.#facts, request.headers, this.#context.settings);
    const limit = this.#context.settings.raw.client_max_body_size;
    if (limit > 0 && request.headers.contentLength > limit) return this.#answerProxyError(413);
    const { rewrite } = this.#context.snapshot;
    const pending = rewrite === null ? null : this.#plugins.rewrite(exchange, rewrite);
    if (pending !== null) this.#wait(pending, () => this.#route());
    else this.#route();
  }

  #startResponse(text: string | null): void {
    const exchange = this.#exchange;
    const response = exchange.response;
    exchange.upstreamStatus = response.status;
    exchange.responseStatus = response.status;
    exchange.responseSource = 'service';
    exchange.applyEarlyHeaders();
    this.#filterHead();
    const hasBody = this.#hasBody();
    this.#filtering = hasBody && this.#plugins.filtersBody;
    if (text === null) {
      this.#startStreaming(hasBody);
      return;
    }
    const body = this.#filtering ? this.#filterWhole(Buffer.from(text, 'latin1')).toString('latin1') : text;
    const ownLength = this.#filtering || (response.headers.edited && hasBody);
    this.#server.sendHead(this.#proxiedHead(ownLength ? body.length : this.#keptLength()), hasBody, true);
    this.#server.sendText(body);
    this.#finish('');
  }

  #begin(): GatewayExchange {
    const { ids, snapshot, wheel, counts } = this.#context;
    const exchange = this.#exchange;
    exchange.begin(snapshot, ids.next());
    snapshot.inFlight++;
    exchange.startedMonotonic = wheel.now.monotonicMs;
    exchange.startedAt = wheel.now.wallMs;
    this.#plugins.use(snapshot.globalChain);
    this.#bodyBytes = 0;
    this.#filtering = false;
    counts.requests++;
    counts.active++;
    return exchange;
  }

  #route(): void {
    const exchange = this.#exchange;
    if (exchange.exited) return this.#respond();
    const match = (exchange.snapshot as Snapshot).router.match(exchange);
    if (match === null) {
      exchange.answer(404, 'no Route matched with those values');
      return this.#respond();
    }
    const compiled = match.value;
    exchange.compiledRoute = compiled;
    exchange.compiledService = compiled.service;
    exchange.matchedPrefix = match.prefix;
    if (match.captures !== null) exchange.uriCaptures = match.captures;
    if (refusesProtocol(compiled, exchange, this.#facts, this.#server.request.target)) return this.#respond();
    this.#plugins.use(compiled.chain);
    this.#prepareUpstream(compiled);
    const pending = this.#plugins.access(exchange);
    if (pending !== null) this.#wait(pending, () => this.#proxy());
    else this.#proxy();
  }

  #prepareUpstream({ route, service }: CompiledRoute): void {
    const exchange = this.#exchange;
    exchange.upstreamQuery = exchange.rawQuery;
    const servicePath = service?.service.path ?? null;
    exchange.upstreamPath = joinPaths(servicePath, exchange.path, exchange.matchedPrefix, route);
    exchange.encodedUpstreamPath = servicePath === null && this.#server.request.plain ? exchange.upstreamPath : '';
    if (service === null) return;
    exchange.upstreamScheme = service.tls === null ? 'http' : 'https';
    exchange.defaultUpstreamHost = defaultHost(service, route, exchange.rawHost);
  }

  #proxy(): void {
    const exchange = this.#exchange;
    const service = exchange.compiledService;
    if (!exchange.exited && service === null) exchange.answer(503, 'no Service found with those values');
    if (exchange.exited || service === null) return this.#respond();
    this.#call.start(
      service.balanced?.usesHash === true && service.upstream !== null ? hashOf(service.upstream, exchange, this.#newId) : -1,
    );
  }

  /** Goes on when a plugin's promise has settled, unless the client has left meanwhile. */
  #wait(pending: Promise<void>, next: () => void): void {
    const { wheel, settings } = this.#context;
    this.#waiting = true;
    const wait = (this.#pluginWait ??= new PluginWait(wheel, settings.raw.plugin_timeout * 1000, this));
    const turn = wait.begin();
    void pending
      .then(() => {
        if (!wait.end(turn)) return;
        this.#waiting = false;
        if (this.#exchange.aborted) this.#log();
        else next();
      })
      .catch((error: unknown) => this.#crash(error));
  }

  #startStreaming(hasBody: boolean): void {
    const { headers } = this.#exchange.response;
    const lengthKnown = !this.#filtering && headers.contentLength >= 0;
    const length = this.#filtering ? -2 : headers.edited && lengthKnown ? headers.contentLength : this.#keptLength();
    this.#server.sendHead(this.#proxiedHead(length), hasBody, lengthKnown);
  }

  #proxiedHead(length: number): string {
    const { responses, wheel } = this.#context;
    return responses.proxied(this.#exchange, length, wheel.now.wallMs);
  }

  /** 204 has no length; others keep theirs, HEAD and 304 included. */
  #keptLength(): number {
    return this.#exchange.responseStatus === 204 ? -2 : -1;
  }

  #hasBody(): boolean {
    const status = this.#exchange.responseStatus;
    return this.#server.request.method !== 'HEAD' && status !== 204 && status !== 304 && status >= 200;
  }

  /** A fault of ours: this request fails, the others go on. */
  #crash(err: unknown): void {
    this.#context.log.error({ requestId: this.#exchange.id, err }, 'the pipeline failed');
    this.#call.abandon();
    if (!this.#server.headSent) {
      this.#exchange.fail();
      this.#plugins.use(NO_PLUGINS);
      this.#respond();
      return;
    }
    this.#server.abort();
    this.#log();
  }

  #answerProxyError(status: number): void {
    this.#exchange.answerProxyError(status);
    this.#respond();
  }

  /** The request's body cannot be taken. */
  #refuseBody(status: number): void {
    const exchange = this.#exchange;
    this.#server.refuseBody();
    this.#body.onAbort();
    if (this.#server.headSent) {
      this.#call.abandon();
      this.#server.abort();
      this.#log();
      return;
    }
    this.#call.abandon();
    exchange.answerProxyError(status);
    if (!this.#waiting) this.#respond();
  }

  /** Sends what a plugin or the gateway itself answers. */
  #respond(): void {
    const exchange = this.#exchange;
    const { responses, wheel } = this.#context;
    this.#plugins.collect(exchange);
    let body = responses.prepareLocal(exchange, exchange.local as LocalResponse, wheel.now.wallMs);
    this.#filterHead();
    const hasBody = this.#hasBody();
    if (hasBody && this.#plugins.filtersBody) body = this.#filterWhole(body);
    const elapsedMs = Math.round(wheel.now.monotonicMs - exchange.startedMonotonic);
    this.#server.sendHead(responses.local(exchange, body.length, elapsedMs), hasBody, true);
    this.#server.sendData(body, 0, body.length);
    this.#finish('');
  }

  #filterHead(): void {
    const exchange = this.#exchange;
    this.#plugins.headerFilter(exchange);
    if (this.#context.settings.raw.allow_debug_header && exchange.requestHeaders.has('kong-debug')) nameEntities(exchange);
  }

  #filterWhole(body: Buffer): Buffer {
    const piece = asBuffer(this.#plugins.bodyFilter(this.#exchange, body, false));
    const last = this.#plugins.bodyFilter(this.#exchange, NOTHING, true);
    return last.length === 0 ? piece : Buffer.concat([piece, last]);
  }

  #finish(trailers: string): void {
    this.#server.sendEnd(trailers);
    this.#log();
    this.#server.done();
  }

  #log(): void {
    const exchange = this.#exchange;
    exchange.endedMonotonic = this.#context.wheel.now.monotonicMs;
    this.#context.counts.active--;
    this.#plugins.log(exchange);
    const snapshot = exchange.snapshot as Snapshot;
    if (--snapshot.inFlight === 0) snapshot.onIdle?.();
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** @see https://developer.konghq.com/gateway/configuration/#allow-debug-header */
function nameEntities({ route, service, responseHeaders }: GatewayExchange): void {
  if (route === null) return;
  responseHeaders.set('Kong-Route-Id', route.id);
  if (route.name !== null) responseHeaders.set('Kong-Route-Name', route.name);
  if (service === null) return;
  responseHeaders.set('Kong-Service-Id', service.id);
  if (service.name !== null) responseHeaders.set('Kong-Service-Name', service.name);
}
