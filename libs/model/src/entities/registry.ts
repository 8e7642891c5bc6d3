import type { EntityType } from '@gibbon/contracts/entities';
import { acls } from './acls.ts';
import { basicauthCredentials } from './basicauth-credentials.ts';
import { caCertificates } from './ca-certificates.ts';
import { certificates } from './certificates.ts';
import { consumers } from './consumers.ts';
import type { EntityDefinition } from './definition.ts';
import { hmacauthCredentials } from './hmacauth-credentials.ts';
import { jwtSecrets } from './jwt-secrets.ts';
import { keyauthCredentials } from './keyauth-credentials.ts';
import { listeners } from './listeners.ts';
import { oauth2Credentials } from './oauth2-credentials.ts';
import { plugins } from './plugins.ts';
import { routes } from './routes.ts';
import { services } from './services.ts';
import { snis } from './snis.ts';
import { targets } from './targets.ts';
import { upstreams } from './upstreams.ts';

/** Definition of every entity type, parents before their children. */
const DEFINITIONS: { readonly [T in EntityType]: EntityDefinition<T> } = {
  ca_certificates: caCertificates,
  certificates,
  consumers,
  services,
  snis,
  upstreams,
  routes,
  targets,
  plugins,
  acls,
  keyauth_credentials: keyauthCredentials,
  basicauth_credentials: basicauthCredentials,
  hmacauth_credentials: hmacauthCredentials,
  jwt_secrets: jwtSecrets,
  oauth2_credentials: oauth2Credentials,
  listeners,
};

/** All entity types, parents before their children. */
export const ENTITY_TYPES: readonly EntityType[] = Object.freeze(Object.keys(DEFINITIONS) as EntityType[]);

/** What the model knows of a type. */
export function definitionOf<T extends EntityType>(type: T): EntityDefinition<T> {
  return DEFINITIONS[type];
}

/** Whether a text is the plural name of an entity type. */
export function isEntityType(name: string): name is EntityType {
  return Object.hasOwn(DEFINITIONS, name);
}

/** Types that may be nested in a parent, with the field that then refers to it. In the order of {@link ENTITY_TYPES}. */
export function childrenOf(parent: EntityType): readonly { readonly type: EntityType; readonly field: string }[] {
  return CHILDREN.get(parent) ?? [];
}

const CHILDREN = new Map(
  ENTITY_TYPES.map((parent) => [
    parent,
    ENTITY_TYPES.flatMap((type) =>
      Object.entries(DEFINITIONS[type].foreignKeys)
        .filter(([, target]) => target === parent)
        .map(([field]) => ({ type, field })),
    ),
  ]),
);
