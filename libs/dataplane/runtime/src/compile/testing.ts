import type { Configuration, EntityType, EntityTypes, PluginEntity, Route, Service, Target, Upstream } from '@gibbon/contracts/entities';
import { testPluginEntity, testRoute, testService } from '@gibbon/testing-contract-kits';

/** Entities for the tests of this folder: complete, with what a test names on top. */
export function service(id: string, fields: Partial<Service> = {}): Service {
  return testService({ id, name: id, host: `${id}.upstream`, ...fields });
}

export function route(id: string, fields: Partial<Route> = {}): Route {
  return testRoute({ id, name: id, service: null, ...fields });
}

export function plugin(id: string, fields: Partial<PluginEntity> = {}): PluginEntity {
  return testPluginEntity({ id, name: 'probe', protocols: ['http', 'https'], ...fields });
}

const BASE = { tags: null, created_at: null, updated_at: null };

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
    basicauth_credentials: [],
    hmacauth_credentials: [],
    jwt_secrets: [],
    oauth2_credentials: [],
    acls: [],
    certificates: [],
    snis: [],
    ca_certificates: [],
    plugins: [],
    listeners: [],
    ...rows,
  };
}
