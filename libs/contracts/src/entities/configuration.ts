import type {
  Acl,
  BasicAuthCredential,
  CaCertificate,
  Certificate,
  Consumer,
  HmacAuthCredential,
  JwtSecret,
  KeyAuthCredential,
  Listener,
  OAuth2Credential,
  PluginEntity,
  Route,
  Service,
  Sni,
  Target,
  Upstream,
} from './types.ts';

/** Entities by Kong's plural name. Modules with entities of their own add to it by module augmentation. */
export interface EntityTypes {
  services: Service;
  routes: Route;
  upstreams: Upstream;
  targets: Target;
  consumers: Consumer;
  keyauth_credentials: KeyAuthCredential;
  basicauth_credentials: BasicAuthCredential;
  hmacauth_credentials: HmacAuthCredential;
  jwt_secrets: JwtSecret;
  oauth2_credentials: OAuth2Credential;
  acls: Acl;
  certificates: Certificate;
  snis: Sni;
  ca_certificates: CaCertificate;
  plugins: PluginEntity;
  listeners: Listener;
}

/** Kong's plural name of an entity type. */
export type EntityType = keyof EntityTypes;

/** Any entity. */
export type Entity = EntityTypes[EntityType];

/** One value of Kong's model: flat, every field present (`null` where unset), references by id. Never mutated. */
export type Configuration = { readonly [T in EntityType]: readonly EntityTypes[T][] };

/** What to write and what to remove of one type. A replaced entity is in `upserted` alone. */
export interface TypeDelta<T extends EntityType> {
  readonly upserted: readonly EntityTypes[T][];
  /** Ids. */
  readonly deleted: readonly string[];
}

/** The difference between two configurations; types without a difference are absent. */
export type ConfigurationDelta = { readonly [T in EntityType]?: TypeDelta<T> };
