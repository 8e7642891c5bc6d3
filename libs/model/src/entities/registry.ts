import type { EntityType } from '@gibbon/contracts/entities';

/** All entity types, parents before their children. */
export const ENTITY_TYPES: readonly EntityType[] = Object.freeze([
  'ca_certificates', 'certificates', 'consumers', 'services', 'snis', 'upstreams', 'routes', 'targets', 'plugins', 'acls', 'keyauth_credentials',
] as const);
