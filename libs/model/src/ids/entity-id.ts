import { uuidBytes, uuidV5 } from './uuid.ts';

/** Namespace of all entity ids that Kong derives from names. */
const KONG_NAMESPACE = uuidBytes('fd02801f-0957-4a15-a55a-c8d9606f30b5');

const namespaces = new Map<string, Uint8Array>();

/**
 * The id that Kong gives an entity of a type and key when a document has none: a UUID of version 5.
 * @param type Kong's plural name, e.g. `services`.
 * @param key for types with a unique endpoint key its value (`web`); for the others {@link cacheKey}.
 */
export function entityId(type: string, key: string): string {
  let namespace = namespaces.get(type);
  if (namespace === undefined) {
    namespace = uuidBytes(uuidV5(KONG_NAMESPACE, type));
    namespaces.set(type, namespace);
  }
  return uuidV5(namespace, key);
}

/**
 * The key of types that Kong identifies by several fields: plugins (name, route, service, consumer), targets
 * (upstream, target), acls (consumer, group).
 * @param values in the order of the type's cache key; an empty string for what is not set.
 * @example entityId('plugins', cacheKey('plugins', ['rate-limiting', '', 'web', '']))
 */
export function cacheKey(type: string, values: readonly string[]): string {
  return `${type}:*:${values.join(':')}`;
}

/** What an ingress controller's plugin applies to, by the identifiers that it emits. */
export interface ControllerPluginScope {
  readonly service?: string;
  readonly route?: string;
  readonly consumer?: string;
}

/**
 * The id that Kong's ingress controller gives a service, route, consumer (by name or username) or vault (by prefix).
 * @param workspace Kong workspace, normally none.
 */
export function controllerEntityId(type: 'services' | 'routes' | 'consumers' | 'vaults', name: string, workspace = ''): string {
  return entityId(type, workspace === '' ? name : `${workspace}/${name}`);
}

/** The id that Kong's ingress controller gives a plugin. */
export function controllerPluginId(name: string, scope: ControllerPluginScope, workspace = ''): string {
  let key = workspace === '' ? name : `${workspace}/${name}`;
  if (scope.service !== undefined) key += `:service/${scope.service}`;
  if (scope.route !== undefined) key += `:route/${scope.route}`;
  if (scope.consumer !== undefined) key += `:consumer/${scope.consumer}`;
  return entityId('plugins', key);
}
