import type { Protocol } from '@gibbon/contracts/entities';
import { KONG_PREFIX, type Annotation } from './annotation.ts';
import { booleanAnnotation, integerAnnotation, listAnnotation, splitList, textAnnotation } from './values.ts';

/** Status codes that send a client from HTTP to HTTPS. */
export type RedirectStatusCode = 426 | 301 | 302 | 307 | 308;

const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const HOST_NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
const HOST_PATTERN = new RegExp(`^(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*$|^${LABEL}(?:\\.${LABEL})*\\.\\*$`);
const REDIRECT_CODES: readonly number[] = [426, 301, 302, 307, 308];
const PROTOCOLS: readonly string[] = [
  'grpc',
  'grpcs',
  'http',
  'https',
  'tcp',
  'tls',
  'tls_passthrough',
  'udp',
] satisfies readonly Protocol[];

/** Whether a text is one of Kong's protocols. `ws` and `wss` exist in Kong Enterprise only. */
export function isProtocol(text: string): text is Protocol {
  return PROTOCOLS.includes(text);
}

/** Whether a text is a plain host name, without wildcard and port. */
export function isHostName(text: string): boolean {
  return HOST_NAME.test(text);
}

/** Protocols that a route accepts, sorted and without duplicates. */
export const PROTOCOLS_OF_ROUTE: Annotation<readonly Protocol[]> = {
  key: `${KONG_PREFIX}/protocols`,
  expected: `a list of ${PROTOCOLS.join(', ')}`,
  parse(text) {
    const items = [...new Set(splitList(text))].sort();
    return items.length > 0 && items.every(isProtocol) ? items : null;
  },
};

/** Whether the matched prefix is cut off before the request goes to the service; default false. */
export const STRIP_PATH = booleanAnnotation('strip-path');
/** Whether the service sees the client's Host header; default true. */
export const PRESERVE_HOST = booleanAnnotation('preserve-host');
/** Whether the request body is read before the service is asked; default true. */
export const REQUEST_BUFFERING = booleanAnnotation('request-buffering');
/** Whether the response body is read before the client gets it; default true. */
export const RESPONSE_BUFFERING = booleanAnnotation('response-buffering');
/** Order among regular expressions, higher first; default 0. Classic routes only. */
export const REGEX_PRIORITY = integerAnnotation('regex-priority', 'an integer', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

/** Status of the answer to HTTP on a route for HTTPS; default 426. */
export const HTTPS_REDIRECT_STATUS_CODE: Annotation<RedirectStatusCode> = {
  key: `${KONG_PREFIX}/https-redirect-status-code`,
  expected: `one of ${REDIRECT_CODES.join(', ')}`,
  parse: (text) => (REDIRECT_CODES.includes(Number(text)) ? (Number(text) as RedirectStatusCode) : null),
};

/** Methods that a route accepts, upper-cased; default all. */
export const METHODS: Annotation<readonly string[]> = {
  key: `${KONG_PREFIX}/methods`,
  expected: 'a list of HTTP methods made of letters, e.g. "GET,POST"',
  parse(text) {
    const items = splitList(text).map((item) => item.toUpperCase());
    return items.every((item) => /^[A-Z]+$/.test(item)) ? items : null;
  },
};

/** TLS server names that a route accepts; default all. */
export const SNIS = listAnnotation('snis', 'a list of host names without wildcards', HOST_NAME);
/** More hosts for every rule of the Ingress; may begin with `*.` or end with `.*`. */
export const HOST_ALIASES = listAnnotation(
  'host-aliases',
  'a list of host names, which may begin with "*." or end with ".*"',
  HOST_PATTERN,
);
/** How the service's path and the request's path are joined; default `v0`. Classic routes only. */
export const PATH_HANDLING: Annotation<'v0' | 'v1'> = {
  key: `${KONG_PREFIX}/path-handling`,
  expected: '"v0" or "v1"',
  parse: (text) => (text === 'v0' || text === 'v1' ? text : null),
};
/** What marks a path as a regular expression; default `/~`. */
export const REGEX_PREFIX = textAnnotation('regex-prefix', 'a path prefix that begins with "/"', /^\//);
/** Template of the path that the service sees. */
export const REWRITE = textAnnotation('rewrite', 'a path template, e.g. "/new/$1"');

/** Sends HTTP to HTTPS: redirect code 302 and protocol https. */
export const FORCE_SSL_REDIRECT: Annotation<boolean> = {
  ...booleanAnnotation('force-ssl-redirect'),
  key: 'ingress.kubernetes.io/force-ssl-redirect',
};
