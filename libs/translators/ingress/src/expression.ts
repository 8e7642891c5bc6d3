import type { PlannedPath } from './route-plan.ts';

/** What a route of the expressions flavour matches. */
export interface ExpressionMatch {
  readonly hosts: readonly string[];
  readonly paths: readonly PlannedPath[];
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly methods: readonly string[];
  readonly snis: readonly string[];
  readonly regexPrefix: string;
}

const REGEX_VALUE = '~*';

/**
 * The expression of a route: all parts that are present, in the order hosts, paths, headers, methods, SNIs.
 * @see https://developer.konghq.com/gateway/routing/expressions/
 */
export function expressionOf(match: ExpressionMatch): string {
  return joined('&&', [
    joined('||', match.hosts.map(hostPredicate)),
    joined(
      '||',
      match.paths.map((path) => pathPredicate(path, match.regexPrefix)),
    ),
    joined(
      '&&',
      Object.entries(match.headers).map(([name, values]) => headerPredicate(name, values)),
    ),
    joined(
      '||',
      match.methods.map((method) => `http.method == ${literal(method)}`),
    ),
    joined(
      '||',
      match.snis.map((sni) => `tls.sni == ${literal(sni)}`),
    ),
  ]);
}

const INGRESS_SHIFT = 2 ** 44;
const MATCH_FIELDS_SHIFT = 2 ** 41;
const HEADERS_SHIFT = 2 ** 33;
const PLAIN_HOST_SHIFT = 2 ** 32;
const REGEX_SHIFT = 2 ** 16;
/** What distinguishes routes of Ingresses from those of other kinds. */
const INGRESS_BITS = 3;

/**
 * The priority of a route, which orders expressions as the classic router orders routes: by the number of fields, then of
 * headers, then hosts without wildcards, then exact and regular expressions, then the length of paths. Below 2^46.
 */
export function priorityOf(match: ExpressionMatch): number {
  const headerCount = Object.keys(match.headers).length;
  const fields = [match.paths.length, match.hosts.length, headerCount, match.methods.length, match.snis.length].filter(
    (count) => count > 0,
  ).length;
  const plainHost = match.hosts.length > 0 && !match.hosts.some((host) => host.startsWith('*'));
  const regex = match.paths.some(({ path, type }) => type !== 'ImplementationSpecific' || path.startsWith(match.regexPrefix));
  const longest = Math.max(0, ...match.paths.map((path) => pathLength(path, match.regexPrefix)));
  return (
    INGRESS_BITS * INGRESS_SHIFT +
    fields * MATCH_FIELDS_SHIFT +
    Math.min(headerCount, 255) * HEADERS_SHIFT +
    Number(plainHost) * PLAIN_HOST_SHIFT +
    Number(regex) * REGEX_SHIFT +
    Math.min(longest, 65_535)
  );
}

function joined(operator: '&&' | '||', parts: readonly string[]): string {
  const present = parts.filter((part) => part !== '');
  return present.length === 1 ? (present[0] as string) : present.map((part) => `(${part})`).join(` ${operator} `);
}

function hostPredicate(host: string): string {
  if (host.startsWith('*')) return `http.host =^ ${literal(host.slice(1))}`;
  if (host.endsWith('*')) return `http.host ^= ${literal(host.slice(0, -1))}`;
  return `http.host == ${literal(host)}`;
}

function pathPredicate({ path, type }: PlannedPath, regexPrefix: string): string {
  switch (type) {
    case 'Exact':
      return `http.path == ${literal(`/${path.replace(/^\/+/, '')}`)}`;
    case 'Prefix': {
      const base = path.replaceAll(/^\/+|\/+$/g, '');
      if (base === '') return 'http.path ^= "/"';
      return joined('||', [`http.path == ${literal(`/${base}`)}`, `http.path ^= ${literal(`/${base}/`)}`]);
    }
    case 'ImplementationSpecific': {
      if (!path.startsWith(regexPrefix)) return `http.path ^= ${literal(path)}`;
      const regex = path.slice(regexPrefix.length) || '^/';
      return `http.path ~ ${literal(regex.startsWith('^') ? regex : `^${regex}`)}`;
    }
  }
}

function headerPredicate(name: string, values: readonly string[]): string {
  const field = `http.headers.${name.toLowerCase().replaceAll('-', '_')}`;
  return joined(
    '||',
    values.map((value) =>
      value.startsWith(REGEX_VALUE) ? `${field} ~ ${literal(value.slice(REGEX_VALUE.length))}` : `${field} == ${literal(value)}`,
    ),
  );
}

function pathLength({ path, type }: PlannedPath, regexPrefix: string): number {
  switch (type) {
    case 'Exact':
      return 1 + path.replace(/^\/+/, '').length;
    case 'Prefix': {
      const base = path.replaceAll(/^\/+|\/+$/g, '');
      return base === '' ? 1 : 2 + base.length;
    }
    case 'ImplementationSpecific':
      return path.startsWith(regexPrefix) ? path.length - regexPrefix.length : path.length;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function literal(text: string): string {
  return `"${text.replaceAll(/[\\"\n\r\t]/g, (character) => ESCAPES[character] as string)}"`;
}
