import { ConnectionOption, Field, fieldSet, type HeaderBlock } from '@gibbon/dataplane-http1';
import { ERROR_CONTENT_TYPES, errorBody, errorFormat, forEachToken, httpDate, statusLine } from '@gibbon/http';
import type { GatewayExchange, LocalResponse } from './exchange.ts';
import type { CompiledSettings } from './settings.ts';

const HOP_BY_HOP = [
  Field.connection,
  Field.keepAlive,
  Field.proxyConnection,
  Field.transferEncoding,
  Field.trailer,
  Field.upgrade,
] as const;
const OURS = [Field.via, Field.xKongProxyLatency, Field.xKongUpstreamLatency, Field.xKongUpstreamStatus, Field.xKongRequestId] as const;
const DROPPED = fieldSet(...HOP_BY_HOP, ...OURS);
const DROPPED_WITH_LENGTH = fieldSet(...HOP_BY_HOP, ...OURS, Field.contentLength);
/** Keeps Trailer for clients that said they read trailers. */
const DROPPED_BUT_TRAILER = fieldSet(...HOP_BY_HOP.filter((id) => id !== Field.trailer), ...OURS);
/** What an answer of our own may not say itself. */
const DROPPED_LOCAL = fieldSet(
  Field.keepAlive,
  Field.proxyConnection,
  Field.transferEncoding,
  Field.trailer,
  Field.contentLength,
  Field.xKongResponseLatency,
  Field.xKongRequestId,
);

/**
 * Writes the heads of responses to clients.
 * @see https://developer.konghq.com/gateway/configuration/#headers
 */
export class ResponseHeadWriter {
  readonly #settings: CompiledSettings;
  readonly #own: string;
  readonly #via: string;
  readonly #serverLine: string;

  constructor(settings: CompiledSettings) {
    this.#settings = settings;
    const token = settings.raw.server_token;
    this.#own = `1.1 ${token}`;
    this.#via = settings.responseTokens.via ? `Via: 1.1 ${token}\r\n` : '';
    this.#serverLine = settings.responseTokens.server ? `Server: ${token}\r\n` : '';
  }

  /**
   * Status line and fields of a proxied response, each line ended; without Connection and Transfer-Encoding.
   * @param length -1: leave Content-Length as the upstream sent it; -2: none; else what it says.
   */
  proxied(exchange: GatewayExchange, length: number, wallMs: number): string {
    const headers = exchange.response.headers;
    if ((headers.connection & ConnectionOption.others) !== 0) removeNamed(headers);
    const drop = length === -1 ? (wantsTrailers(exchange) ? DROPPED_BUT_TRAILER : DROPPED) : DROPPED_WITH_LENGTH;
    // The status line goes with the first run of fields, unless a plugin changed the status or its version is not ours.
    const asReceived = exchange.responseStatus === exchange.response.status && exchange.response.minor === 1;
    const tokens = this.#settings.responseTokens;
    let text = asReceived ? headers.serialise(drop, 0) : statusLine(exchange.responseStatus) + headers.serialise(drop);
    if (length >= 0) text += `Content-Length: ${length}\r\n`;
    if (tokens.upstreamLatency) text += `X-Kong-Upstream-Latency: ${exchange.upstreamLatencyMs}\r\n`;
    if (tokens.proxyLatency) text += `X-Kong-Proxy-Latency: ${exchange.gatewayLatencyMs}\r\n`;
    if (tokens.upstreamStatus) text += `X-Kong-Upstream-Status: ${exchange.upstreamStatus}\r\n`;
    text += this.#viaOf(headers);
    // A response that comes without a date gets ours. RFC 9110, 6.6.1
    if (!headers.mayHave(Field.date)) text += `Date: ${httpDate(wallMs)}\r\n`;
    if (!headers.mayHave(Field.server)) text += this.#serverLine;
    return tokens.requestId ? `${text}X-Kong-Request-Id: ${exchange.id}\r\n` : text;
  }

  /**
   * Makes a local response's fields the response's, so that plugins can read and change them.
   * @returns the body.
   */
  prepareLocal(exchange: GatewayExchange, local: LocalResponse, wallMs: number): Buffer {
    const headers = exchange.response.headers;
    headers.reset();
    exchange.responseStatus = local.status;
    exchange.applyEarlyHeaders();
    headers.set('Date', httpDate(wallMs));
    const { body, type } = local.message === null ? local : this.#errorBody(exchange, local.message);
    if (type !== null && (local.message !== null || !headers.has('content-type'))) headers.set('Content-Type', type);
    for (let at = 0; at < local.headers.length; at += 2) headers.set(local.headers[at] as string, local.headers[at + 1] as string);
    return typeof body === 'string' ? Buffer.from(body) : asBuffer(body);
  }

  /** Status line and fields of a local response, each line ended; without Connection. */
  local(exchange: GatewayExchange, length: number, elapsedMs: number): string {
    const headers = exchange.response.headers;
    const tokens = this.#settings.responseTokens;
    let text = `${statusLine(exchange.responseStatus)}${headers.serialise(DROPPED_LOCAL)}Content-Length: ${length}\r\n`;
    if (tokens.responseLatency) text += `X-Kong-Response-Latency: ${elapsedMs}\r\n`;
    if (!headers.mayHave(Field.server)) text += this.#serverLine;
    return tokens.requestId ? `${text}X-Kong-Request-Id: ${exchange.id}\r\n` : text;
  }

  /** Fields after a chunked body, for clients that read them. */
  trailers(exchange: GatewayExchange, trailers: HeaderBlock): string {
    return wantsTrailers(exchange) ? trailers.serialise(DROPPED_WITH_LENGTH) : '';
  }

  #viaOf(headers: HeaderBlock): string {
    if (this.#via === '') return '';
    const via = headers.knownJoined(Field.via, 'via');
    return via === null ? this.#via : `Via: ${via}, ${this.#own}\r\n`;
  }

  #errorBody(exchange: GatewayExchange, message: string): { readonly body: string; readonly type: string } {
    const request = exchange.requestHeaders;
    const accept = request.getAll('accept');
    const format = errorFormat(
      accept.length > 0
        ? accept.join(',')
        : exchange.proxyError
          ? (request.get('content-type') ?? this.#settings.raw.error_default_type)
          : null,
    );
    return { body: errorBody(format, message, exchange.id), type: ERROR_CONTENT_TYPES[format] };
  }
}

function wantsTrailers(exchange: GatewayExchange): boolean {
  return exchange.requestHeaders.mayHave(Field.te) && /\btrailers\b/i.test(exchange.requestHeaders.known(Field.te) ?? '');
}

/** Fields that the upstream's Connection names concern that hop alone. */
function removeNamed(headers: HeaderBlock): void {
  for (const value of headers.getAll('connection')) forEachToken(value, (name) => headers.remove(name));
}

function asBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
