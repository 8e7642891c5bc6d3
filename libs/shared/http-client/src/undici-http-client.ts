import { GatewayError } from '@gibbon/contracts/errors';
import type { Disposable } from '@gibbon/contracts/module';
import type { Clock, HttpClient, HttpClientRequest, HttpClientResponse } from '@gibbon/contracts/services';
import type * as Undici from 'undici';
import type { Agent, Dispatcher } from 'undici';
import { Exchange } from './exchange.ts';

/** Loaded with the first request: most proxies never make one, and it is larger than the rest of a proxy. */
let undici: Promise<typeof Undici> | null = null;

/** Idle time after which a kept connection is closed. Milliseconds. */
const KEEP_ALIVE_MS = 10_000;

/** Agents that are kept: certificates are renewed and server names go out of use, and nobody says so. */
const MAX_AGENTS = 256;

/** An {@link HttpClient} that owns connections. */
export interface OwnedHttpClient extends HttpClient, Disposable {
  /** Ends everything: requests under way reject with `GW_HTTP_ABORTED`, as later ones do. Resolves when all sockets are closed. */
  dispose(): Promise<void>;
}

/** Makes an HTTP/1.1 client for everything that is not proxied traffic. Follows no redirects and keeps no cookies. */
export function createHttpClient(clock: Clock): OwnedHttpClient {
  return new UndiciHttpClient(clock);
}

class UndiciHttpClient implements OwnedHttpClient {
  readonly #clock: Clock;
  /** Agents of kept connections, by what of TLS tells them apart; used last comes last. */
  readonly #kept = new Map<string, Agent>();
  /** Agents of one request each, those that end with their last request, and requests under way: what `dispose` ends. */
  readonly #single = new Set<Agent>();
  readonly #closing = new Set<Agent>();
  readonly #exchanges = new Set<Exchange>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async request(request: HttpClientRequest): Promise<HttpClientResponse> {
    const url = urlOf(request.url);
    if (this.#closed) throw new GatewayError('GW_HTTP_ABORTED', `${request.url}: the client is closed`, { source: 'internal' });
    request.signal?.throwIfAborted();
    const exchange = new Exchange(request);
    exchange.response.catch(() => {}); // it may fail before anybody waits for it
    this.#exchanges.add(exchange);
    const timer = this.#clock.after(request.timeoutMs, () => exchange.timeOut());
    const onAbort = (): void => exchange.abort(request.signal?.reason);
    request.signal?.addEventListener('abort', onAbort, { once: true });
    let agent: Agent | null = null;
    try {
      undici ??= import('undici');
      const { Agent } = await undici;
      if (!exchange.failed) {
        agent = request.keepAlive === true ? this.#keptAgent(Agent, request) : this.#singleAgent(Agent, request);
        agent.dispatch(dispatchOptions(url, request), exchange);
      }
      return await exchange.response;
    } finally {
      void timer.dispose();
      request.signal?.removeEventListener('abort', onAbort);
      this.#exchanges.delete(exchange);
      if (agent !== null && this.#single.delete(agent)) await agent.destroy();
    }
  }

  async dispose(): Promise<void> {
    this.#closed = true;
    for (const exchange of this.#exchanges) exchange.abort(new Error('the client was closed'));
    const agents = [...this.#kept.values(), ...this.#single, ...this.#closing];
    this.#kept.clear();
    await Promise.all(agents.map((agent) => agent.destroy()));
  }

  #singleAgent(make: AgentClass, request: HttpClientRequest): Agent {
    const agent = agentFor(make, request);
    this.#single.add(agent);
    return agent;
  }

  #keptAgent(make: AgentClass, request: HttpClientRequest): Agent {
    const { ca = '', cert = '', key: secret = '' } = request.tls ?? {};
    const key = JSON.stringify([request.verify ?? true, request.servername ?? '', ca, cert, secret]);
    const agent = this.#kept.get(key) ?? agentFor(make, request);
    this.#kept.delete(key);
    this.#kept.set(key, agent);
    if (this.#kept.size > MAX_AGENTS) this.#retireOldest();
    return agent;
  }

  /** Requests under way end first; `dispose` ends them too. */
  #retireOldest(): void {
    for (const [key, agent] of this.#kept) {
      this.#kept.delete(key);
      this.#closing.add(agent);
      const closed = (): void => void this.#closing.delete(agent);
      void agent.close().then(closed, closed);
      return;
    }
  }
}

type AgentClass = typeof Agent;

/** Timeouts are the client's own: undici's would come on top of them. */
function agentFor(AgentOf: AgentClass, { servername, verify, tls }: HttpClientRequest): Agent {
  return new AgentOf({
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: 0, rejectUnauthorized: verify ?? true, ...tls, ...(servername !== undefined && { servername }) },
  });
}

function dispatchOptions(url: URL, request: HttpClientRequest): Dispatcher.DispatchOptions {
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method: request.method ?? 'GET',
    headers: [...(request.headers ?? [])],
    body: request.body ?? null,
    reset: request.keepAlive !== true,
  };
}

function urlOf(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new GatewayError('GW_HTTP_PROTOCOL', `"${text}" is not an absolute http or https URL`, { source: 'config' });
}
