import type { RouteInput } from '../contract.ts';
import { destinationPort, hostEnd } from '../host-port.ts';

/** A field of requests. Values are read when the comparison runs; none means that the request does not have it. */
export type Field =
  | { readonly type: 'String'; read(input: RouteInput): readonly string[] }
  | { readonly type: 'Int'; read(input: RouteInput): number }
  | { readonly type: 'IpAddr'; read(input: RouteInput): string };

const NONE: readonly string[] = Object.freeze([]);

const FIXED: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['net.protocol', { type: 'String', read: ({ scheme }) => [scheme] }],
  ['tls.sni', { type: 'String', read: ({ sni }) => (sni === null ? NONE : [sni]) }],
  ['http.method', { type: 'String', read: ({ method }) => [method] }],
  ['http.host', { type: 'String', read: ({ rawHost }) => [rawHost.slice(0, hostEnd(rawHost))] }],
  ['http.path', { type: 'String', read: ({ path }) => [path] }],
  ['http.path.segments.len', { type: 'Int', read: ({ path }) => segmentsOf(path).length }],
  ['net.src.ip', { type: 'IpAddr', read: ({ forwardedAddress }) => forwardedAddress }],
  ['net.src.port', { type: 'Int', read: ({ clientPort }) => clientPort }],
  ['net.dst.ip', { type: 'IpAddr', read: ({ serverAddress }) => serverAddress ?? '' }],
  ['net.dst.port', { type: 'Int', read: destinationPort }],
  // Ours: where the connection came in, whatever port a client writes in its `Host`.
  ['net.listener.port', { type: 'Int', read: ({ port }) => port }],
  // The old name.
  ['net.port', { type: 'Int', read: destinationPort }],
]);

const QUOTED_NAME = /^http\.(headers|queries|query)\."(.+)"$/s;

/** The field of that name, or `null`. */
export function fieldNamed(name: string): Field | null {
  const fixed = FIXED.get(name);
  if (fixed !== undefined) return fixed;
  const quoted = QUOTED_NAME.exec(name);
  if (quoted !== null) return quotedField(quoted[1] as string, (quoted[2] as string).replaceAll(/\\(.)/g, '$1'));
  const header = after(name, 'http.headers.');
  if (header !== null) return headerField(header);
  const query = after(name, 'http.queries.');
  if (query !== null) return { type: 'String', read: ({ rawQuery }) => argumentsOf(rawQuery, query) };
  // Ours: the first of its values alone, whatever others the argument has.
  const argument = after(name, 'http.query.');
  if (argument !== null) return { type: 'String', read: ({ rawQuery }) => argumentsOf(rawQuery, argument).slice(0, 1) };
  const segments = /^http\.path\.segments\.(\d{1,4})(?:_(\d{1,4}))?$/.exec(name);
  return segments === null ? null : segmentsField(Number(segments[1]), Number(segments[2] ?? segments[1]));
}

/** A name in quotes is meant as it is. */
function quotedField(where: string, name: string): Field {
  if (where === 'queries') return { type: 'String', read: ({ rawQuery }) => argumentsOf(rawQuery, name) };
  if (where === 'query') return { type: 'String', read: ({ rawQuery }) => argumentsOf(rawQuery, name).slice(0, 1) };
  return { type: 'String', read: ({ requestHeaders }) => requestHeaders.getAll(name.toLowerCase()) };
}

/** Names are written in lower case with underscores; both spellings are looked up. */
function headerField(name: string): Field {
  const names = [...new Set([name.replaceAll('_', '-').toLowerCase(), name.toLowerCase()])];
  return { type: 'String', read: ({ requestHeaders }) => names.flatMap((each) => requestHeaders.getAll(each)) };
}

function segmentsField(first: number, last: number): Field {
  return {
    type: 'String',
    read: ({ path }) => {
      const segments = segmentsOf(path);
      return first <= last && last < segments.length ? [segments.slice(first, last + 1).join('/')] : NONE;
    },
  };
}

/** Parts between slashes, without empty ones at the end. */
function segmentsOf(path: string): string[] {
  const segments = path.slice(1).split('/');
  while (segments.at(-1) === '') segments.pop();
  return segments;
}

/** Values of an argument; one without `=` is empty. */
function argumentsOf(query: string, name: string): readonly string[] {
  if (query === '') return NONE;
  const values: string[] = [];
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    if (decoded(equals === -1 ? pair : pair.slice(0, equals)) === name) values.push(equals === -1 ? '' : decoded(pair.slice(equals + 1)));
  }
  return values;
}

function decoded(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function after(name: string, prefix: string): string | null {
  return name.startsWith(prefix) && name.length > prefix.length ? name.slice(prefix.length) : null;
}
