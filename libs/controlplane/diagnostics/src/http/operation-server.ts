import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { codeOf, GatewayError } from '@gibbon/contracts/errors';
import type { Disposable } from '@gibbon/contracts/module';
import type { Logger } from '@gibbon/contracts/services';
import { findEndpoint, text, type Answer, type Endpoint } from './endpoint.ts';

/** Where to listen. */
export interface OperationAddress {
  /** IP address or host name; empty for every address of the machine. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** A listener; `dispose` ends it and every connection at once. */
export interface OperationServer extends Disposable {
  /** The address with the port that it got. */
  readonly address: OperationAddress;
  dispose(): Promise<void>;
}

/** Probes and scrapers have one connection each. */
const MAX_CONNECTIONS = 128;
/** Until a request has arrived, which has no body. Milliseconds. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Longer than the usual period of probes and scrapes, so that they keep their connection. Milliseconds. */
const KEEP_ALIVE_MS = 75_000;
const MAX_HEADER_BYTES = 16 * 1024;

/**
 * Serves read-only endpoints for whoever operates the process, without authentication.
 * @throws GatewayError `GW_DIAGNOSTICS_LISTEN` when the address is taken or not ours; its cause is Node's error.
 */
export async function serveOperation(
  { host, port }: OperationAddress,
  endpoints: readonly Endpoint[],
  log: Logger,
): Promise<OperationServer> {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => void handle(request, response, endpoints, log));
  server.maxConnections = MAX_CONNECTIONS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // Without a listener a failed accept (no file descriptors left) would end the process.
  server.on('error', (err) => log.error({ err }, 'listener for probes failed'));
  await listenOn(server, host, port);
  return { address: { host, port: (server.address() as AddressInfo).port }, dispose: () => close(server) };
}

async function handle(request: IncomingMessage, response: ServerResponse, endpoints: readonly Endpoint[], log: Logger): Promise<void> {
  // Nothing here takes a body: what comes is read and forgotten, so that the connection can serve another request.
  request.resume();
  const { status, contentType, body } = await answerTo(request, endpoints).catch((err: unknown) => {
    log.error({ err, path: request.url }, 'a diagnostics endpoint failed');
    return text(500, 'internal error, see the log');
  });
  if (response.destroyed) return;
  const bytes = Buffer.from(body, 'utf8');
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': bytes.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

async function answerTo({ method = 'GET', url = '/', headers }: IncomingMessage, endpoints: readonly Endpoint[]): Promise<Answer> {
  const mark = url.indexOf('?');
  const found = findEndpoint(endpoints, mark === -1 ? url : url.slice(0, mark));
  if (found === null) return text(404, `not found; there are ${endpoints.map(({ path }) => path).join(', ')}`);
  if (method !== 'GET' && method !== 'HEAD') return text(405, 'only GET and HEAD');
  // A page that somebody has open must not read this, also when its name has been made to point here.
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'none') return text(403, 'not for web pages');
  return found.endpoint.answer({ rest: found.rest, query: new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1)) });
}

function listenOn(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: Error): void => {
      const reason = codeOf(cause) === 'EADDRINUSE' ? 'the address is in use' : cause.message;
      reject(new GatewayError('GW_DIAGNOSTICS_LISTEN', `cannot listen on ${host}:${port}: ${reason}`, { source: 'config', cause }));
    };
    server.once('error', refuse);
    server.listen({ port, ...(host === '' ? {} : { host }) }, () => {
      server.off('error', refuse);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
