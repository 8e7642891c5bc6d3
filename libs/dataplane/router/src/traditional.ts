import type { Route, RouteAddress } from '@gibbon/contracts/entities';
import { groupPaths, type PathOfGroup } from './path-groups.ts';
import { AddressPredicate, HeaderPredicate, isAddressOrCidr, SniPredicate } from './predicates.ts';
import { isSet, priorityOf } from './priority.ts';
import { compilePathRegex, compileRegex, type Regex } from './regex.ts';
import type { HostPattern, PathPattern, Predicate, Rule, RuleOrder } from './rule.ts';

/** Takes a problem of the route being lowered. */
export type Report = (field: string, message: string) => void;

/**
 * Lowers a route of Kong's `traditional_compatible` flavour. `protocols` is no condition: an https-only route matches
 * plain requests too, and the redirect follows from that.
 * @see https://developer.konghq.com/gateway/traditional-compatible-router/
 */
export function lowerTraditional(route: Route, report: Report): readonly Rule[] {
  const criteria = [route.methods, route.hosts, route.headers, route.paths, route.snis, route.sources, route.destinations];
  if (!criteria.some(isSet)) report('', 'at least one of methods, hosts, headers, paths, snis, sources and destinations must be set');
  const hosts = isSet(route.hosts) ? (route.hosts ?? []).map(hostPattern) : null;
  const predicates = predicatesOf(route, report);
  const methods = isSet(route.methods) ? route.methods : null;
  return groupPaths(route.id, route.paths).map((group): Rule => ({
    order: orderOf(route, group.id, group.paths),
    hosts,
    paths: group.paths?.flatMap((path) => pathPattern(path, report)) ?? null,
    methods,
    predicates,
  }));
}

function orderOf(route: Route, id: string, paths: readonly PathOfGroup[] | null): RuleOrder {
  const priority = priorityOf(route, paths?.map(({ path }) => path) ?? null);
  return { high: Number(priority >> 32n), low: Number(priority & 0xffffffffn), id };
}

/** `*.a.com` by suffix, `a.*` by prefix, anything with an optional port. */
function hostPattern(configured: string): HostPattern {
  const colon = configured.indexOf(':');
  const hasPort = colon !== -1 && /^\d+$/.test(configured.slice(colon + 1));
  const host = hasPort ? configured.slice(0, colon) : configured;
  const port = hasPort ? Number(configured.slice(colon + 1)) : -1;
  if (host.startsWith('*')) return { kind: 'suffix', text: host.slice(1), port };
  if (host.endsWith('*')) return { kind: 'prefix', text: host.slice(0, -1), port };
  return { kind: 'exact', text: host, port };
}

function pathPattern({ path, position }: PathOfGroup, report: Report): PathPattern[] {
  if (!path.startsWith('~')) return [{ kind: 'prefix', text: path, regex: null, prefix: path }];
  const compiled = compilePathRegex(path.slice(1));
  if (!compiled.ok) {
    report(`paths.${position}`, `path "${path}" is not a regular expression that can be served: ${compiled.message}`);
    return [];
  }
  return [{ kind: compiled.kind, text: compiled.literal, regex: compiled.regex, prefix: compiled.literal }];
}

function predicatesOf(route: Route, report: Report): readonly Predicate[] | null {
  const predicates: Predicate[] = [];
  if (route.snis !== null && isSet(route.snis)) predicates.push(new SniPredicate(route.snis));
  addAddresses(predicates, 'source', route.sources, report);
  addAddresses(predicates, 'destination', route.destinations, report);
  for (const [name, values] of Object.entries(route.headers ?? {})) predicates.push(headerPredicate(name, values, report));
  return predicates.length > 0 ? predicates : null;
}

function addAddresses(predicates: Predicate[], end: 'source' | 'destination', list: readonly RouteAddress[] | null, report: Report): void {
  if (list === null || list.length === 0) return;
  for (const [index, { ip, port }] of list.entries()) {
    const field = `${end}s.${index + 1}`;
    if (ip === null && port === null) report(field, `element ${index + 1} of ${end}s needs an ip or a port`);
    else if (ip !== null && !isAddressOrCidr(ip)) report(`${field}.ip`, `"${ip}" is not an IP address or CIDR`);
    else continue;
    return;
  }
  predicates.push(new AddressPredicate(end, list));
}

/** A value that starts with `~*` is an expression; Kong compares both sides in lower case, the expression too. */
function headerPredicate(name: string, values: readonly string[], report: Report): HeaderPredicate {
  const regexes: Regex[] = [];
  for (const value of values) {
    if (!value.startsWith('~*')) continue;
    const compiled = compileRegex(value.slice(2).toLowerCase(), false);
    if (compiled.ok) regexes.push(compiled.regex);
    else report(`headers.${name}`, `value "${value}" is not a regular expression that can be served: ${compiled.message}`);
  }
  return new HeaderPredicate(
    name,
    values.filter((value) => !value.startsWith('~*')),
    regexes,
  );
}
