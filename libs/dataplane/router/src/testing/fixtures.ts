import type { Route } from '@gibbon/contracts/entities';
import type { Headers } from '@gibbon/contracts/plugin';
import type { RouteInput } from '../contract.ts';

/** A route with Kong's defaults, for tests. */
export function routeOf(fields: Partial<Route>): Route {
  return {
    id: '00000000-0000-4000-8000-000000000000',
    name: null,
    tags: null,
    created_at: null,
    updated_at: null,
    service: null,
    protocols: ['http', 'https'],
    methods: null,
    hosts: null,
    paths: null,
    headers: null,
    snis: null,
    sources: null,
    destinations: null,
    regex_priority: 0,
    path_handling: 'v0',
    strip_path: true,
    preserve_host: false,
    request_buffering: true,
    response_buffering: true,
    https_redirect_status_code: 426,
    expression: null,
    priority: null,
    ...fields,
  };
}

/** A UUID that sorts by `n`. */
export function idOf(n: number): string {
  return `${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
}

/** Header fields from a flat list, read-only. */
export function headersOf(list: readonly string[]): Headers {
  const valuesOf = (name: string): string[] => list.filter((_, index) => index % 2 === 1 && list[index - 1]?.toLowerCase() === name);
  const refuse = (): never => {
    throw new TypeError('the router must not change headers');
  };
  return {
    get: (name) => valuesOf(name)[0] ?? null,
    getAll: valuesOf,
    has: (name) => valuesOf(name).length > 0,
    set: refuse,
    add: refuse,
    remove: refuse,
    toList: () => [...list],
  };
}

/** A request, `GET http://example.test/` unless said otherwise. */
export function inputOf(fields: Partial<Omit<RouteInput, 'requestHeaders'>> & { readonly headers?: readonly string[] }): RouteInput {
  const { headers = [], ...rest } = fields;
  return {
    method: 'GET',
    scheme: 'http',
    rawHost: 'example.test',
    port: 8000,
    path: '/',
    rawQuery: '',
    sni: null,
    forwardedAddress: '127.0.0.1',
    clientPort: 50_000,
    requestHeaders: headersOf(headers),
    ...rest,
  };
}
