import type { Route } from '@gibbon/contracts/entities';

const WEIGHT_SHIFT = 61n;
const PLAIN_HOSTS = 1n << 60n;
const HEADERS_SHIFT = 52n;
const MAX_HEADERS = 255;
const REGEX_PATHS = 1n << 51n;
const REGEX_PRIORITY_SHIFT = 19n;
const MAX_PREFIX_MASK = 0x7ffff;

/** Whether a list or a map of a route says anything. */
export function isSet(field: readonly unknown[] | Readonly<Record<string, unknown>> | null): boolean {
  return field !== null && (Array.isArray(field) ? field.length : Object.keys(field).length) > 0;
}

/**
 * The 64-bit priority of one matcher of a classic route, higher first: 3 bits number of criteria, 1 bit plain hosts only,
 * 8 bits number of header names, 1 bit regular expressions, 32 bits `regex_priority`, 19 bits prefix length. A
 * `regex_priority` out of range spills into its neighbours, as it does in Kong.
 * @param paths the matcher's own paths: all regular expressions, or prefixes of one length.
 * @see https://developer.konghq.com/gateway/traditional-compatible-router/
 */
export function priorityOf(route: Route, paths: readonly string[] | null): bigint {
  const { hosts, headers } = route;
  let weight = 0n;
  for (const criterion of [route.sources, route.destinations, route.methods, hosts, headers, route.snis, paths]) {
    if (isSet(criterion)) weight++;
  }
  let priority = weight << WEIGHT_SHIFT;
  if (hosts !== null && hosts.length > 0 && hosts.every((host) => !host.includes('*'))) priority |= PLAIN_HOSTS;
  if (headers !== null) priority |= BigInt(Math.min(Object.keys(headers).length, MAX_HEADERS)) << HEADERS_SHIFT;
  const first = paths?.[0];
  if (first?.startsWith('~')) priority |= REGEX_PATHS | (BigInt(route.regex_priority) << REGEX_PRIORITY_SHIFT);
  else if (first !== undefined) priority |= BigInt(Buffer.byteLength(first) & MAX_PREFIX_MASK);
  return BigInt.asUintN(64, priority);
}
