import type { HTTPValueMatch } from '@gibbon/k8s-types';
import type { HostPattern } from '@gibbon/gateway-attachment';
import type { PlannedMatch } from './plan.ts';
import { trimmed } from './precedence.ts';

/** How requests come in that a listener takes. */
export interface ListenerCondition {
  readonly protocol: 'http' | 'https';
  /** Port of the proxies, or `null` where it is not known. */
  readonly port: number | null;
  /** Host names of more specific listeners, whose requests are not this one's. */
  readonly except: readonly HostPattern[];
}

/**
 * The expression of a match under a host name: host, listeners, path, headers, query, method.
 * @see https://developer.konghq.com/gateway/routing/expressions/
 */
export function expressionOf(host: HostPattern, listeners: readonly ListenerCondition[], match: PlannedMatch): string {
  const predicates = matchPredicates(match, 'query');
  const text = joined('&&', [hostPredicate(host), listenerPredicate(listeners), pathPredicate(match.path), ...predicates]);
  return text === '' ? EVERYTHING : text;
}

/** An expression cannot be empty. */
export const EVERYTHING = '(net.protocol == "http") || (net.protocol == "https")';

/**
 * Predicates of headers, query parameters and method. Names that Kong's language cannot write are in quotes, which Gibbon's can.
 * @param query what of a parameter counts: `query`, which Gibbon alone has, is the first value, as the Gateway API recommends;
 * `queries` are all of them, each of which must match.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httpqueryparammatch
 */
export function matchPredicates({ headers, queryParams, method }: PlannedMatch, query: 'query' | 'queries'): readonly string[] {
  const byName = (a: HTTPValueMatch, b: HTTPValueMatch): number => (a.name < b.name ? -1 : Number(a.name > b.name));
  return [
    ...headers.toSorted(byName).map((header) => valuePredicate(`http.headers.${headerName(header.name.toLowerCase())}`, header)),
    ...queryParams.toSorted(byName).map((param) => valuePredicate(`http.${query}.${queryName(param.name)}`, param)),
    ...(method === null ? [] : [`http.method == ${literal(method)}`]),
  ];
}

/** Underscores stand for `-` as well, in every target's expressions. */
function headerName(name: string): string {
  return PLAIN_HEADER.test(name) ? name.replaceAll('-', '_') : literal(name);
}

function queryName(name: string): string {
  return PLAIN_QUERY.test(name) ? name : literal(name);
}

/** Names that Kong's language can write. */
export const PLAIN_HEADER = /^[A-Za-z0-9_]+(?:[-_.][A-Za-z0-9_]+)*$/;
export const PLAIN_QUERY = /^[A-Za-z0-9_.]+$/;

/** Parts that all, or of which one, must hold; without parentheses around a single one. */
export function joined(operator: '&&' | '||', parts: readonly string[]): string {
  const present = parts.filter((part) => part !== '');
  return present.length === 1 ? (present[0] as string) : present.map((part) => `(${part})`).join(` ${operator} `);
}

/** A host name, a wildcard, or nothing for every host. */
export function hostPredicate(host: HostPattern): string {
  if (host === '') return '';
  return host.startsWith('*') ? `http.host =^ ${literal(host.slice(1))}` : `http.host == ${literal(host)}`;
}

/** The same in whatever case a client writes it: only what indexes hosts folds them by itself. */
function foldedHostPredicate(host: HostPattern): string {
  return hostPredicate(host).replace('http.host', 'lower(http.host)');
}

/** A string of an expression. */
export function literal(text: string): string {
  return `"${text.replaceAll(/[\\"\n\r\t]/g, (character) => ESCAPES[character] as string)}"`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function listenerPredicate(listeners: readonly ListenerCondition[]): string {
  const conditions = [...new Set(listeners.map(conditionText))];
  const protocols = new Set(listeners.map(({ protocol }) => protocol));
  const isOpen = protocols.size === 2 && listeners.every(({ port, except }) => port === null && except.length === 0);
  return isOpen ? '' : joined('||', conditions);
}

function conditionText({ protocol, port, except }: ListenerCondition): string {
  return joined('&&', [
    port === null ? `net.protocol == ${literal(protocol)}` : `net.listener.port == ${port}`,
    ...except.map((host) => `!(${foldedHostPredicate(host)})`),
  ]);
}

/** Paths that match. */
export function pathPredicate({ type, value }: PlannedMatch['path']): string {
  switch (type) {
    case 'Exact':
      return `http.path == ${literal(value)}`;
    case 'PathPrefix': {
      const prefix = trimmed(value);
      // Every path begins with a slash.
      return prefix === '/'
        ? 'http.path ^= "/"'
        : joined('||', [`http.path == ${literal(prefix)}`, `http.path ^= ${literal(`${prefix}/`)}`]);
    }
    case 'RegularExpression':
      return `http.path ~ ${literal(`^(?:${value})$`)}`;
  }
}

function valuePredicate(field: string, { type = 'Exact', value }: HTTPValueMatch): string {
  return type === 'Exact' ? `${field} == ${literal(value)}` : `${field} ~ ${literal(value)}`;
}
