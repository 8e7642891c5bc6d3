import { ConnectionOption, Field, fieldSet, type RequestHead } from '@gibbon/dataplane-http1';
import { encodePath, encodeQuery, forEachToken, hasToken, hostOf } from '@gibbon/http';
import type { ClientFacts } from './client-facts.ts';
import type { GatewayExchange } from './exchange.ts';
import type { RequestBody } from './request-body.ts';
import type { CompiledSettings } from './settings.ts';

/** Fields of the client that are never passed on: hop-by-hop, or written anew. Content-Length stays where nothing changed. */
const DROPPED = fieldSet(
  Field.host,
  Field.connection,
  Field.keepAlive,
  Field.proxyConnection,
  Field.proxy,
  Field.transferEncoding,
  Field.te,
  Field.trailer,
  Field.upgrade,
  Field.expect,
  Field.http2Settings,
  Field.via,
  Field.xForwardedFor,
  Field.xForwardedProto,
  Field.xForwardedHost,
  Field.xForwardedPort,
  Field.xForwardedPath,
  Field.xForwardedPrefix,
  Field.xRealIp,
  Field.xKongRequestId,
);
const DROPPED_WITH_LENGTH = DROPPED.slice();
DROPPED_WITH_LENGTH[Field.contentLength] = 1;

/** Bits of the fields by which a client can change what the cached part says. */
const CHANGES_FORWARDING =
  (1 << Field.xForwardedFor) |
  (1 << Field.xForwardedProto) |
  (1 << Field.xForwardedHost) |
  (1 << Field.xForwardedPort) |
  (1 << Field.xForwardedPath) |
  (1 << Field.xForwardedPrefix) |
  (1 << Field.xRealIp) |
  (1 << Field.via) |
  (1 << Field.te) |
  (1 << Field.upgrade);

/**
 * Writes the heads of requests to upstreams: the client's fields as they are, Kong's forwarding fields after them.
 * One per client connection, because what most requests of a connection are forwarded with is the same text.
 */
export class UpstreamHeadWriter {
  readonly #request: RequestHead;
  readonly #facts: ClientFacts;
  readonly #settings: CompiledSettings;
  /** The forwarding fields for `#cachedAuthority`, where the client sends none of its own. */
  #cached = '';
  #cachedAuthority: string | null = null;

  constructor(request: RequestHead, facts: ClientFacts, settings: CompiledSettings) {
    this.#request = request;
    this.#facts = facts;
    this.#settings = settings;
  }

  /** Whether the client asks for a WebSocket, the one upgrade that is passed on. */
  get upgrades(): boolean {
    const headers = this.#request.headers;
    return headers.mayHave(Field.upgrade) && this.#request.minor === 1 && headers.known(Field.upgrade)?.toLowerCase() === 'websocket';
  }

  /**
   * The head for one attempt, with its empty line.
   * @param host what Host says.
   */
  write(exchange: GatewayExchange, host: string, body: RequestBody): string {
    const headers = this.#request.headers;
    if ((headers.connection & ConnectionOption.others) !== 0) this.#removeNamed();
    const query = exchange.upstreamQuery === exchange.rawQuery ? exchange.upstreamQuery : encodeQuery(exchange.upstreamQuery);
    const path = exchange.upstreamPath === exchange.encodedUpstreamPath ? exchange.upstreamPath : encodePath(exchange.upstreamPath);
    const target = query !== '' || this.#keepsEmptyQuery(exchange) ? `${path}?${query}` : path;
    const ownFraming = headers.edited || body.replaced;
    let head = `${exchange.upstreamMethod} ${target} HTTP/1.1\r\nHost: ${host}\r\n${headers.serialise(ownFraming ? DROPPED_WITH_LENGTH : DROPPED)}`;
    if (body.chunked) head += 'Transfer-Encoding: chunked\r\n';
    else if (ownFraming && body.length >= 0) head += `Content-Length: ${body.length}\r\n`;
    head += this.#forwarding(exchange);
    head += `X-Forwarded-Path: ${this.#path(exchange)}\r\n${this.#prefix(exchange)}`;
    return this.#settings.upstreamRequestId ? `${head}X-Kong-Request-Id: ${exchange.id}\r\n\r\n` : `${head}\r\n`;
  }

  /** Fields that the client's Connection names concern this hop alone. */
  #removeNamed(): void {
    const headers = this.#request.headers;
    for (const value of headers.getAll('connection')) forEachToken(value, (name) => headers.remove(name));
  }

  #keepsEmptyQuery(exchange: GatewayExchange): boolean {
    return this.#request.hasQuery && exchange.rawQuery === '';
  }

  #forwarding(exchange: GatewayExchange): string {
    const headers = this.#request.headers;
    if ((headers.seen & CHANGES_FORWARDING) !== 0 || this.#facts.trusted) return this.#composeForwarding(exchange);
    if (this.#cachedAuthority !== this.#request.authority) {
      this.#cached = flat(this.#composeForwarding(exchange));
      this.#cachedAuthority = this.#request.authority;
    }
    return this.#cached;
  }

  #composeForwarding(exchange: GatewayExchange): string {
    const headers = this.#request.headers;
    const facts = this.#facts;
    const authority = this.#request.authority;
    const forwardedFor = headers.knownJoined(Field.xForwardedFor, 'x-forwarded-for');
    const via = headers.knownJoined(Field.via, 'via');
    const own = `1.${this.#request.minor} ${this.#settings.raw.server_token}`;
    let text = this.upgrades ? 'Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n' : 'Connection: keep-alive\r\n';
    const te = headers.knownJoined(Field.te, 'te');
    if (te !== null && hasToken(te, 'trailers')) text += 'TE: trailers\r\n';
    text += `X-Forwarded-For: ${forwardedFor === null ? exchange.forwardedAddress : `${forwardedFor}, ${facts.address}`}\r\n`;
    text += field('X-Forwarded-Proto', this.#trusted(Field.xForwardedProto) ?? facts.scheme);
    text += field('X-Forwarded-Host', this.#trusted(Field.xForwardedHost) ?? hostOf(authority));
    text += field('X-Forwarded-Port', this.#trusted(Field.xForwardedPort) ?? String(facts.listenerPort));
    text += field('X-Real-IP', exchange.forwardedAddress);
    return `${text}Via: ${via === null ? own : `${via}, ${own}`}\r\n`;
  }

  #path(exchange: GatewayExchange): string {
    return this.#trusted(Field.xForwardedPath) ?? exchange.rawPath;
  }

  #prefix(exchange: GatewayExchange): string {
    const incoming = this.#trusted(Field.xForwardedPrefix);
    if (incoming !== null) return field('X-Forwarded-Prefix', incoming);
    const prefix = exchange.matchedPrefix;
    return prefix === '' || prefix === '/' || exchange.route?.strip_path !== true ? '' : `X-Forwarded-Prefix: ${encodePath(prefix)}\r\n`;
  }

  #trusted(
    id:
      | typeof Field.xForwardedProto
      | typeof Field.xForwardedHost
      | typeof Field.xForwardedPort
      | typeof Field.xForwardedPath
      | typeof Field.xForwardedPrefix,
  ): string | null {
    return this.#facts.trusted ? this.#request.headers.known(id) : null;
  }
}

function field(name: string, value: string): string {
  return value === '' ? '' : `${name}: ${value}\r\n`;
}

/** One flat string: concatenation makes trees, which would be walked again for every request. */
function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
