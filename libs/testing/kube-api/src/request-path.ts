import type { IncomingMessage } from 'node:http';
import type { RequestFacts } from './faults.ts';

/** A request's address, taken apart. */
export interface RequestPath {
  readonly facts: RequestFacts;
  readonly query: URLSearchParams;
  /** Whether `Accept` asks for metadata alone. */
  readonly metadataOnly: boolean;
}

const VERBS: Readonly<Record<string, RequestFacts['verb']>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
/** What may follow a Namespace's name without being a kind. */
const OF_NAMESPACE = new Set(['status', 'finalize']);

/** Takes a request's address apart, or `null` where it is none of the API's. */
export function readPath(request: IncomingMessage): RequestPath | null {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://server');
  const [root, ...segments] = pathname.split('/').filter((segment) => segment !== '');
  if (root !== 'api' && root !== 'apis') return null;
  const group = root === 'api' ? '' : (segments.shift() ?? '');
  const version = segments.shift() ?? '';
  const namespaced = segments[0] === 'namespaces' && segments.length >= 3 && !OF_NAMESPACE.has(segments[2] ?? '');
  const namespace = namespaced ? (segments[1] ?? '') : '';
  const [plural = '', name = '', subresource = ''] = (namespaced ? segments.slice(2) : segments).map(decodeURIComponent);
  const accept = request.headers.accept ?? '';
  const verb = verbOf(request.method ?? 'GET', { plural, name, watches: query.get('watch') });
  return {
    facts: { verb, group, version, plural, namespace, name, subresource },
    query,
    metadataOnly: accept.includes('as=PartialObjectMetadata'),
  };
}

function verbOf(
  method: string,
  what: { readonly plural: string; readonly name: string; readonly watches: string | null },
): RequestFacts['verb'] {
  if (what.plural === '') return 'discover';
  const writes = VERBS[method];
  if (writes !== undefined) return writes;
  if (what.watches === 'true' || what.watches === '1') return 'watch';
  return what.name === '' ? 'list' : 'get';
}
