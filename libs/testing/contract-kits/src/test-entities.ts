import type {
  Configuration,
  Consumer,
  EntityType,
  EntityTypes,
  KeyAuthCredential,
  PluginEntity,
  Route,
  Service,
} from '@gibbon/contracts/entities';
import type { EntityLookup } from '@gibbon/contracts/plugin';

/** Looks entities up by going through lists. */
export function testEntities(configuration: Partial<Configuration> = {}): EntityLookup {
  const all = <T extends EntityType>(type: T): readonly EntityTypes[T][] => configuration[type] ?? [];
  return {
    get: (type, id) => all(type).find((entity) => entity.id === id) ?? null,
    find: (type, field, value) => all(type).find((entity) => fieldOf(entity, field) === value) ?? null,
    children: (type, reference, parentId) =>
      all(type).filter((entity) => (fieldOf(entity, reference) as { id?: unknown } | null)?.id === parentId),
  };
}

function fieldOf(entity: object, field: string): unknown {
  return (entity as Readonly<Record<string, unknown>>)[field];
}

const BASE = { tags: null, created_at: null, updated_at: null } as const;

/** A consumer; the fields given replace the defaults. */
export function testConsumer(fields: Partial<Consumer> = {}): Consumer {
  return { ...BASE, id: '0c000000-0000-4000-8000-000000000001', username: 'alice', custom_id: null, ...fields };
}

/** An API key of {@link testConsumer}. */
export function testKeyAuthCredential(fields: Partial<KeyAuthCredential> = {}): KeyAuthCredential {
  return { ...BASE, id: '0d000000-0000-4000-8000-000000000001', consumer: { id: testConsumer().id }, key: 'secret', ttl: null, ...fields };
}

/** A service at `http://upstream.test:80`. */
export function testService(fields: Partial<Service> = {}): Service {
  return {
    ...BASE,
    id: '05000000-0000-4000-8000-000000000001',
    name: 'service',
    protocol: 'http',
    host: 'upstream.test',
    port: 80,
    path: null,
    retries: 5,
    connect_timeout: 60_000,
    write_timeout: 60_000,
    read_timeout: 60_000,
    client_certificate: null,
    tls_verify: null,
    tls_verify_depth: null,
    ca_certificates: null,
    enabled: true,
    ...fields,
  };
}

/** A route to {@link testService} for every path. */
export function testRoute(fields: Partial<Route> = {}): Route {
  return {
    ...BASE,
    id: '07000000-0000-4000-8000-000000000001',
    name: 'route',
    service: { id: testService().id },
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

/** A plugin entity that applies to everything. */
export function testPluginEntity(fields: Partial<PluginEntity> & { readonly name: string }): PluginEntity {
  return {
    ...BASE,
    id: '0f000000-0000-4000-8000-000000000001',
    instance_name: null,
    route: null,
    service: null,
    consumer: null,
    config: {},
    protocols: ['grpc', 'grpcs', 'http', 'https'],
    enabled: true,
    ...fields,
  };
}
