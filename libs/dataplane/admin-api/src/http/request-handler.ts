import type { IncomingMessage, ServerResponse } from 'node:http';
import { codeOf } from '@gibbon/contracts/errors';
import type { Logger } from '@gibbon/contracts/services';
import { allowed, type EndpointTable, type Match } from './endpoint-table.ts';
import { message, type AdminRequest, type AdminResponse } from './message.ts';
import { readContent, type UnreadBody } from './read-body.ts';

/** What every answer needs. */
export interface HandlerSettings {
  readonly endpoints: EndpointTable;
  /** Value of `Server`. */
  readonly serverName: string;
  /** Bytes of body; longer ones get 413. */
  readonly maxBodyBytes: number;
  /** Web origins whose pages may use the API. */
  readonly allowedOrigins: readonly string[];
  readonly log: Logger;
  /** Monotonic milliseconds. */
  now(): number;
}

/** Answers one request; never rejects. */
export async function handleRequest(request: IncomingMessage, response: ServerResponse, settings: HandlerSettings): Promise<void> {
  const start = settings.now();
  const answer = await answerTo(request, settings).catch((error: unknown): AdminResponse | null => failed(error, request, settings));
  if (answer === null || response.destroyed) return;
  const headers = { ...commonHeaders(request, settings, start), ...answer.headers };
  send(response, answer, { headers, head: request.method === 'HEAD' });
}

async function answerTo(request: IncomingMessage, settings: HandlerSettings): Promise<AdminResponse> {
  const [path = '/', query = ''] = splitTarget(request.url ?? '/');
  const match = settings.endpoints.find(path);
  if (match === null) return message(404, 'Not found');
  if (request.method === 'OPTIONS') return preflight(request, match);
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
  const endpoint = Object.hasOwn(match.methods, method) ? match.methods[method] : undefined;
  if (endpoint === undefined) return message(405, 'Method not allowed');
  const refused = refuseOrigin(request, method, settings);
  if (refused !== null) return refused;
  if (countHeader(request, 'content-type') > 1) return message(400, 'Multiple Content-Type headers not allowed');
  const body = await readContent(request, settings.maxBodyBytes);
  if (typeof body === 'string') return unread(body, settings);
  const admin: AdminRequest = { method, path, params: match.params, query: new URLSearchParams(query), headers: request.headers, body };
  return endpoint(admin);
}

function unread(reason: UnreadBody, settings: HandlerSettings): AdminResponse {
  switch (reason) {
    case 'too-long':
      return message(413, `Request body is larger than ${settings.maxBodyBytes} bytes`);
    case 'unknown-encoding':
      return { ...message(415, 'Content-Encoding must be gzip'), headers: { 'Accept-Encoding': 'gzip' } };
    case 'malformed':
      return message(400, 'Cannot unpack the gzip body');
  }
}

function failed(error: unknown, request: IncomingMessage, settings: HandlerSettings): AdminResponse | null {
  if (request.destroyed && !request.complete) return null;
  settings.log.error({ err: error, code: codeOf(error) }, 'admin endpoint failed');
  return message(500, 'An unexpected error occurred');
}

function splitTarget(target: string): [string, string] {
  const mark = target.indexOf('?');
  return mark === -1 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}

/**
 * Changes from web pages of origins that were not allowed are refused: a page that an operator happens to open must not
 * configure the gateway through the operator's loopback. Tools send no `Origin`. An origin that equals `Host` is no
 * better: names can be made to point here.
 */
function refuseOrigin(request: IncomingMessage, method: string, settings: HandlerSettings): AdminResponse | null {
  const { origin } = request.headers;
  if (method === 'GET' || origin === undefined || settings.allowedOrigins.includes(origin)) return null;
  return message(403, `Origin ${origin} is not allowed`);
}

function preflight(request: IncomingMessage, match: Match): AdminResponse {
  const allow = allowed(match.methods);
  const wanted = request.headers['access-control-request-headers'];
  return {
    status: 204,
    body: null,
    headers: { Allow: allow, 'Access-Control-Allow-Methods': allow, 'Access-Control-Allow-Headers': wanted ?? 'Content-Type' },
  };
}

function commonHeaders(request: IncomingMessage, settings: HandlerSettings, start: number): Record<string, string> {
  const { origin } = request.headers;
  return {
    Server: settings.serverName,
    'X-Kong-Admin-Latency': String(Math.round(settings.now() - start)),
    ...(origin === undefined && { 'Access-Control-Allow-Origin': '*' }),
    ...(origin !== undefined &&
      settings.allowedOrigins.includes(origin) && {
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Allow-Credentials': 'true',
        Vary: 'Origin',
      }),
  };
}

function countHeader(request: IncomingMessage, name: string): number {
  return request.rawHeaders.filter((field, index) => index % 2 === 0 && field.toLowerCase() === name).length;
}

function send(
  response: ServerResponse,
  answer: AdminResponse,
  how: { readonly headers: Readonly<Record<string, string>>; readonly head: boolean },
): void {
  if (answer.body === null) {
    response.writeHead(answer.status, how.headers).end();
    return;
  }
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  const body = Buffer.from(text, 'utf8');
  response.writeHead(answer.status, {
    'Content-Type': answer.type ?? 'application/json; charset=utf-8',
    'Content-Length': body.length,
    ...how.headers,
  });
  response.end(how.head ? undefined : body);
}
