import type { Route, RouteAddress } from '@gibbon/contracts/entities';
import ipaddr from 'ipaddr.js';
import type { RouteEntry, RouteInput, RouteMatch, RouterSettings } from '../contract.ts';
import { splitId } from '../path-groups.ts';

/**
 * The expression of a route, evaluated as it is written down, one route after the other: what the indexed router is
 * tested against. Shares nothing with it but the ids of split routes, and protects against nothing.
 */
interface Matcher<R> {
  readonly priority: bigint;
  readonly id: string;
  readonly value: R;
  /** Everything but the path. */
  readonly conditions: readonly ((input: RouteInput) => boolean)[];
  readonly paths: readonly string[];
}

/** Builds the reference evaluator. Routes must be valid. For tests. */
export function buildLinearRouter<R>(
  entries: readonly RouteEntry<R>[],
  settings: RouterSettings = {},
): (input: RouteInput) => RouteMatch<R> | null {
  const fold = settings.hostCase !== 'sensitive';
  const matchers = entries.filter(({ route }) => /http|grpc/.test(route.protocols.join())).flatMap((entry) => matchersOf(entry, fold));
  matchers.sort((a, b) => (a.priority === b.priority ? (a.id < b.id ? 1 : -1) : a.priority < b.priority ? 1 : -1));
  return (input) => {
    for (const matcher of matchers) {
      if (!matcher.conditions.every((condition) => condition(input))) continue;
      if (matcher.paths.length === 0) return { value: matcher.value, prefix: '', captures: null };
      for (const path of matcher.paths) {
        const match = matchPath(path, input.path, matcher.value);
        if (match !== null) return match;
      }
    }
    return null;
  };
}

function matchersOf<R>({ route, value }: RouteEntry<R>, fold: boolean): Matcher<R>[] {
  const conditions = [hostCondition(route.hosts ?? [], fold), methodCondition(route.methods ?? []), sniCondition(route.snis ?? [])];
  for (const [name, values] of Object.entries(route.headers ?? {})) conditions.push(headerCondition(name, values));
  conditions.push(addressCondition(route.sources ?? [], (input) => [input.forwardedAddress, input.clientPort]));
  conditions.push(addressCondition(route.destinations ?? [], (input) => [input.serverAddress ?? '', destinationPort(input)]));
  const paths = route.paths ?? [];
  const groups = paths.length === 0 ? [[]] : [...Map.groupBy(paths, (path) => (path[0] === '~' ? -1 : path.length)).values()];
  return groups.map((group, index) => ({
    priority: priority(route, group),
    id: groups.length > 1 ? splitId(route.id, index + 1) : route.id,
    value,
    conditions,
    paths: group,
  }));
}

function priority(route: Route, paths: readonly string[]): bigint {
  const headers = Object.keys(route.headers ?? {}).length;
  const filled = [route.sources, route.destinations, route.methods, route.hosts, route.snis, paths].filter(
    (list) => (list ?? []).length > 0,
  ).length;
  const regex = paths[0]?.[0] === '~';
  const plain = (route.hosts ?? []).length > 0 && !(route.hosts ?? []).join().includes('*');
  const bits = [
    (BigInt(filled) + (headers > 0 ? 1n : 0n)) * 2n ** 61n,
    plain ? 2n ** 60n : 0n,
    BigInt(headers > 255 ? 255 : headers) * 2n ** 52n,
    regex ? 2n ** 51n : 0n,
    regex ? BigInt(route.regex_priority) * 2n ** 19n : 0n,
    regex ? 0n : BigInt(paths[0]?.length ?? 0) % 2n ** 19n,
  ];
  return bits.reduce((sum, part) => sum | part, 0n) & (2n ** 64n - 1n);
}

function splitHost(host: string): [string, number | null] {
  const parts = /^([^:]*):(\d+)$/.exec(host);
  return parts === null ? [host, null] : [parts[1] ?? '', Number(parts[2])];
}

function destinationPort(input: RouteInput): number {
  return splitHost(input.rawHost)[1] ?? input.port;
}

function wildcard(pattern: string, text: string): boolean {
  if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1));
  if (pattern.endsWith('*')) return text.startsWith(pattern.slice(0, -1));
  return pattern === text;
}

function hostCondition(hosts: readonly string[], fold: boolean): (input: RouteInput) => boolean {
  const folded = (text: string): string => (fold ? text.toLowerCase() : text);
  return (input) =>
    hosts.length === 0 ||
    hosts.some((configured) => {
      const [pattern, port] = splitHost(configured);
      const [host] = splitHost(input.rawHost);
      return wildcard(folded(pattern), folded(host)) && (port === null || port === destinationPort(input));
    });
}

function methodCondition(methods: readonly string[]): (input: RouteInput) => boolean {
  return (input) => methods.length === 0 || methods.some((method) => method === input.method);
}

function sniCondition(snis: readonly string[]): (input: RouteInput) => boolean {
  return ({ scheme, sni }) =>
    snis.length === 0 || scheme !== 'https' || (sni !== null && snis.some((name) => wildcard(name.replace(/(?<=.)\.$/, ''), sni)));
}

function headerCondition(name: string, values: readonly string[]): (input: RouteInput) => boolean {
  const key = (text: string): string => text.toLowerCase().replaceAll('-', '_');
  return ({ requestHeaders }) => {
    const list = requestHeaders.toList();
    return list.some(
      (field, index) =>
        index % 2 === 0 &&
        key(field) === key(name) &&
        values.some((value) => {
          const actual = (list[index + 1] ?? '').toLowerCase();
          return value.startsWith('~*') ? new RegExp(value.slice(2).toLowerCase()).test(actual) : actual === value.toLowerCase();
        }),
    );
  };
}

function addressCondition(list: readonly RouteAddress[], endOf: (input: RouteInput) => [string, number]): (input: RouteInput) => boolean {
  return (input) =>
    list.length === 0 ||
    list.some(({ ip, port }) => {
      const [address, actualPort] = endOf(input);
      return (port === null || port === actualPort) && (ip === null || contains(ip, address));
    });
}

function contains(ip: string, address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const actual = ipaddr.parse(address);
  const [network, bits] = ip.includes('/') ? ipaddr.parseCIDR(ip) : [ipaddr.parse(ip), ip.includes(':') ? 128 : 32];
  return actual.kind() === network.kind() && (actual as ipaddr.IPv4).match(network, bits);
}

function matchPath<R>(pattern: string, path: string, value: R): RouteMatch<R> | null {
  if (pattern[0] !== '~') return path.startsWith(pattern) ? { value, prefix: pattern, captures: null } : null;
  const found = new RegExp(`^${pattern.slice(1).replaceAll('(?P<', '(?<')}`).exec(path);
  if (found === null) return null;
  if (found.length === 1) return { value, prefix: found[0], captures: null };
  const groups = [...found.entries(), ...Object.entries(found.groups ?? {})].filter(([, text]) => text !== undefined);
  return { value, prefix: found[0], captures: Object.fromEntries(groups) };
}
