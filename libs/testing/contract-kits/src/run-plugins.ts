import type { PluginHandler } from '@gibbon/contracts/plugin';
import type { TestExchange } from './test-exchange.ts';

/** What the upstream answers in {@link runPlugins}; everything has a default. */
export interface TestResponse {
  /** Default 200. */
  readonly status?: number;
  /** Name, value, name, value. */
  readonly headers?: readonly string[];
  /** Pieces as they arrive; default one, `ok`. */
  readonly chunks?: readonly (string | Uint8Array)[];
  /** Milliseconds; default 3, 1 and 2. */
  readonly latencies?: TestExchange['latencies'];
}

/** What the client got. */
export interface TestOutcome {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
  /** Whether the upstream was asked. */
  readonly proxied: boolean;
}

/**
 * Takes a request through the phases of some plugins as the proxy does: access in order until one answers, then header,
 * body and log phases of all. The caller sorts by priority.
 */
export async function runPlugins(
  handlers: readonly PluginHandler[],
  exchange: TestExchange,
  response: TestResponse = {},
): Promise<TestOutcome> {
  for (const handler of handlers) {
    if (!exchange.exited) await handler.access?.(exchange);
  }
  const proxied = !exchange.exited;
  if (proxied) answerFromUpstream(exchange, response);
  for (const handler of handlers) handler.headerFilter?.(exchange);
  const chunks = proxied ? (response.chunks ?? ['ok']) : [exchange.exitBody!];
  const body = Buffer.concat(filterBody(handlers, exchange, chunks));
  exchange.bytesOut = body.byteLength;
  exchange.latencies = response.latencies ?? { request: 3, kong: 1, proxy: proxied ? 2 : -1 };
  for (const handler of handlers) handler.log?.(exchange);
  return { status: exchange.responseStatus, headers: exchange.responseHeaders.toObject(), body: body.toString(), proxied };
}

function answerFromUpstream(exchange: TestExchange, response: TestResponse): void {
  exchange.upstreamStatus = response.status ?? 200;
  exchange.responseStatus = exchange.upstreamStatus;
  exchange.attempts = [{ host: '127.0.0.1', port: 80, startedAt: exchange.startedAt, status: exchange.upstreamStatus, failure: 'none' }];
  const headers = response.headers ?? [];
  for (let index = 0; index + 1 < headers.length; index += 2) exchange.responseHeaders.add(headers[index]!, headers[index + 1]!);
}

function filterBody(handlers: readonly PluginHandler[], exchange: TestExchange, chunks: readonly (string | Uint8Array)[]): Uint8Array[] {
  const filters = handlers.filter((handler) => handler.bodyFilter !== undefined);
  const filter = (chunk: Uint8Array, last: boolean): Uint8Array =>
    filters.reduce((piece, handler) => handler.bodyFilter!(exchange, piece, last), chunk);
  // A fresh copy per piece: the proxy reuses its buffers, and a plugin that keeps one shows it here.
  const sent = chunks.map((chunk) => {
    const piece = Buffer.from(chunk);
    const result = Buffer.from(filter(piece, false));
    piece.fill(0x58);
    return result;
  });
  return [...sent, Buffer.from(filter(new Uint8Array(0), true))];
}
