import type { Configuration, EntityType, EntityTypes, PluginEntity, Route, Service, Target, Upstream } from '@gibbon/contracts/entities';

/** Entities for the tests of this folder: complete, with what a test names on top. */
const BASE = { tags: null, created_at: null, updated_at: null };

export function service(id: string, fields: Partial<Service> = {}): Service {
  return {
    ...BASE,
    id,
    name: id,
    protocol: 'http',
    host: `${id}.upstream`,
    port: 80,
    path: null,
    retries: 5,
    connect_timeout: 60000,
    write_timeout: 60000,
    read_timeout: 60000,
    client_certificate: null,
    tls_verify: null,
    tls_verify_depth: null,
    ca_certificates: null,
    enabled: true,
    ...fields,
  };
}

export function route(id: string, fields: Partial<Route> = {}): Route {
  return {
    ...BASE,
    id,
    name: id,
    service: null,
    protocols: ['http', 'https'],
    methods: null,
    hosts: null,
    paths: ['/'],
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

export function plugin(id: string, fields: Partial<PluginEntity> = {}): PluginEntity {
  return {
    ...BASE,
    id,
    name: 'probe',
    instance_name: null,
    route: null,
    service: null,
    consumer: null,
    config: {},
    protocols: ['http', 'https'],
    enabled: true,
    ...fields,
  };
}

export function upstream(id: string, name: string): Upstream {
  return { ...BASE, id, name } as Upstream;
}

export function target(id: string, upstreamId: string, address: string): Target {
  return { ...BASE, id, upstream: { id: upstreamId }, target: address, weight: 100 };
}

/** A configuration with the given rows and nothing else. */
export function configuration(rows: { readonly [T in EntityType]?: readonly EntityTypes[T][] }): Configuration {
  return {
    services: [],
    routes: [],
    upstreams: [],
    targets: [],
    consumers: [],
    keyauth_credentials: [],
    acls: [],
    certificates: [],
    snis: [],
    ca_certificates: [],
    plugins: [],
    ...rows,
  };
}
