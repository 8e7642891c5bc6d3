import type { IndexDefinition, TrackedRead } from '@gibbon/contracts/translator';
import { isExactHost, type HostPattern } from '@gibbon/gateway-attachment';
import { namespaceOf, type HTTPRoute } from '@gibbon/k8s-types';
import { planRules, type PlannedMatch } from './plan.ts';

/**
 * HTTPRoutes by what their matches look like under each of their host names. Only routes under one key can match the same
 * requests with the same precedence, so that their age decides.
 */
export const ROUTES_OF_MATCH: IndexDefinition = {
  name: 'http-routes.match',
  kind: 'HTTPRoute',
  values(object) {
    const route = object as HTTPRoute;
    const keys = new Set<string>();
    for (const host of ownHosts(route))
      for (const { matches } of planRules(route)) for (const match of matches) keys.add(matchKey(host, match));
    return [...keys];
  },
};

// The fields of a priority, highest first: together less than 2^46.
const KIND = 2 ** 44;
/** What distinguishes routes of the Gateway API from those of Ingresses, which come first. */
const GATEWAY_BITS = 2;
const EXACT_HOST = 2 ** 43;
const HOST_LENGTH = 2 ** 35;
const EXACT_PATH = 2 ** 34;
const REGEX_PATH = 2 ** 33;
const PATH_LENGTH = 2 ** 23;
const METHOD = 2 ** 22;
const HEADERS = 2 ** 17;
const QUERIES = 2 ** 12;
const LAST_ORDER = 4_095;

/**
 * The priority of a match without its place among equals: host names before wildcards and longer ones first, then exact paths,
 * longer paths, a method, the number of headers and of query parameters.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
 */
export function basePriority(host: HostPattern, { path, method, headers, queryParams }: PlannedMatch): number {
  return (
    GATEWAY_BITS * KIND +
    Number(isExactHost(host)) * EXACT_HOST +
    Math.min(host.length, 255) * HOST_LENGTH +
    Number(path.type === 'Exact') * EXACT_PATH +
    Number(path.type === 'RegularExpression') * REGEX_PATH +
    Math.max(0, Math.min(pathLength(path) - 1, 1_023)) * PATH_LENGTH +
    Number(method !== null) * METHOD +
    Math.min(headers.length, 31) * HEADERS +
    Math.min(queryParams.length, 31) * QUERIES
  );
}

/**
 * The priority of a match: among matches of the same precedence the one of the older route comes first, then by namespace and
 * name, then by rule and match.
 */
export function priorityOf(
  route: HTTPRoute,
  host: HostPattern,
  at: { readonly rule: number; readonly match: PlannedMatch },
  read: TrackedRead,
): number {
  const key = matchKey(host, at.match);
  let order = LAST_ORDER;
  for (const other of read.index<HTTPRoute>(ROUTES_OF_MATCH.name, key)) {
    const isSame = other.metadata.name === route.metadata.name && namespaceOf(other) === namespaceOf(route);
    order -= rankWithin(other, host, key, isSame ? at : null);
    if (isSame) break;
  }
  return basePriority(host, at.match) + Math.max(order, 0);
}

/** Matches of a route that come before one of its own; all that are under the key for another route. */
function rankWithin(
  route: HTTPRoute,
  host: HostPattern,
  key: string,
  before: { readonly rule: number; readonly match: PlannedMatch } | null,
): number {
  let rank = 0;
  for (const { index, matches } of planRules(route)) {
    for (const match of matches) {
      if (before !== null && index === before.rule && match.index === before.match.index) return rank;
      if (matchKey(host, match) === key) rank++;
    }
  }
  return rank;
}

/** Host names as the route has them; the empty one for a route without. */
export function ownHosts({ spec }: HTTPRoute): readonly HostPattern[] {
  return spec.hostnames === undefined || spec.hostnames.length === 0 ? [''] : spec.hostnames.map((host) => host.toLowerCase());
}

function matchKey(host: HostPattern, match: PlannedMatch): string {
  const { path, method, headers, queryParams } = match;
  // Different expressions of one length may match the same paths; different exact paths and prefixes of one length never do.
  const value = path.type === 'RegularExpression' ? String(path.value.length) : trimmed(path.value);
  return `${host} ${path.type} ${value} ${method ?? ''} ${headers.length} ${queryParams.length}`;
}

/** A prefix without the slash at its end, which means nothing. */
export function trimmed(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function pathLength({ type, value }: PlannedMatch['path']): number {
  return type === 'PathPrefix' ? trimmed(value).length : value.length;
}
