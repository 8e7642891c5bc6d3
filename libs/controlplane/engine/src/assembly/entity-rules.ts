import type { Entity, EntityRef, EntityType, EntityTypes } from '@gibbon/contracts/entities';
import { ENTITY_TYPES } from '@gibbon/model';

/** A field that refers to another entity. */
export interface Reference {
  readonly field: string;
  readonly type: EntityType;
  readonly id: string;
}

/** A value that only one entity of the type may have. */
export interface UniqueValue {
  /** The field, or the fields joined by `, `. */
  readonly field: string;
  readonly value: string;
}

interface Rules<E> {
  /** What a user calls it. */
  readonly singular: string;
  /** What a user knows one by; also the order within the type. */
  readonly label: (entity: E) => string;
  /** Foreign keys, by the type that they refer to. */
  readonly references: { readonly [field: string]: EntityType };
  /** Fields that are unique alone, or lists of fields that are unique together. */
  readonly unique: readonly ((keyof E & string) | readonly (keyof E & string)[])[];
  /** Whether equal entities with different tags become one with all tags. */
  readonly unitesTags: boolean;
  /** Whether an entity is part of one plane, within which its unique values are unique. Default: it follows what refers to it. */
  readonly placed?: true;
}

/**
 * What Kong demands of a configuration as a whole.
 * @see https://developer.konghq.com/gateway/entities/ (each entity's schema: unique fields, foreign keys)
 */
const RULES: { readonly [T in EntityType]: Rules<EntityTypes[T]> } = {
  ca_certificates: {
    singular: 'CA certificate',
    label: (entity) => entity.cert_digest,
    references: {},
    unique: ['cert_digest'],
    unitesTags: true,
  },
  certificates: { singular: 'certificate', label: (entity) => entity.id, references: {}, unique: [], unitesTags: true },
  consumers: {
    singular: 'consumer',
    label: (entity) => entity.username ?? entity.custom_id ?? entity.id,
    references: {},
    unique: ['username', 'custom_id'],
    unitesTags: false,
  },
  services: {
    singular: 'service',
    label: (entity) => entity.name ?? entity.id,
    references: { client_certificate: 'certificates' },
    unique: ['name'],
    unitesTags: false,
  },
  snis: {
    singular: 'SNI',
    label: (entity) => entity.name,
    references: { certificate: 'certificates' },
    unique: ['name'],
    unitesTags: true,
    placed: true,
  },
  upstreams: {
    singular: 'upstream',
    label: (entity) => entity.name,
    references: { client_certificate: 'certificates' },
    unique: ['name'],
    unitesTags: false,
  },
  routes: {
    singular: 'route',
    label: (entity) => entity.name ?? entity.id,
    references: { service: 'services' },
    unique: ['name'],
    unitesTags: false,
    placed: true,
  },
  targets: {
    singular: 'target',
    label: (entity) => `${entity.upstream.id} ${entity.target}`,
    references: { upstream: 'upstreams' },
    unique: [['upstream', 'target']],
    unitesTags: false,
  },
  plugins: {
    singular: 'plugin',
    label: (entity) => entity.name,
    unitesTags: false,
    references: { route: 'routes', service: 'services', consumer: 'consumers' },
    unique: ['instance_name', ['name', 'route', 'service', 'consumer']],
  },
  acls: {
    singular: 'ACL group',
    label: (entity) => entity.group,
    references: { consumer: 'consumers' },
    unique: [['consumer', 'group']],
    unitesTags: false,
  },
  keyauth_credentials: {
    singular: 'key-auth credential',
    label: (entity) => entity.id,
    references: { consumer: 'consumers' },
    unique: ['key'],
    unitesTags: false,
  },
  basicauth_credentials: {
    singular: 'basic-auth credential',
    label: (entity) => entity.username,
    references: { consumer: 'consumers' },
    unique: ['username'],
    unitesTags: false,
  },
  hmacauth_credentials: {
    singular: 'hmac-auth credential',
    label: (entity) => entity.username,
    references: { consumer: 'consumers' },
    unique: ['username'],
    unitesTags: false,
  },
  jwt_secrets: {
    singular: 'JWT credential',
    label: (entity) => entity.id,
    references: { consumer: 'consumers' },
    unique: ['key'],
    unitesTags: false,
  },
  oauth2_credentials: {
    singular: 'OAuth 2.0 credential',
    label: (entity) => entity.client_id,
    references: { consumer: 'consumers' },
    unique: ['client_id'],
    unitesTags: false,
  },
  listeners: {
    singular: 'listener',
    label: (entity) => entity.name,
    references: {},
    unique: ['name'],
    unitesTags: true,
    placed: true,
  },
};

/** Secret values never enter a message. */
const SECRET_FIELDS: ReadonlySet<string> = new Set(['key']);

function rulesOf(type: EntityType): Rules<Entity> {
  return RULES[type] as unknown as Rules<Entity>;
}

/** Position of a type in the order in which entities are decided: what is referred to before what refers. */
export function rankOf(type: EntityType): number {
  return ENTITY_TYPES.indexOf(type);
}

/** How an entity is called in the order of its type. */
export function labelOf(type: EntityType, entity: Entity): string {
  return rulesOf(type).label(entity);
}

/** An entity in a message: `route "default.web"`; credentials go by their id. */
export function describeEntity(type: EntityType, entity: Entity): string {
  return `${rulesOf(type).singular} "${labelOf(type, entity)}"`;
}

/** Whether equal entities with different tags are united. */
export function unitesTags(type: EntityType): boolean {
  return rulesOf(type).unitesTags;
}

/** Whether entities of a type belong to one plane each. */
export function isPlaced(type: EntityType): boolean {
  return rulesOf(type).placed === true;
}

/** What an entity refers to. */
export function referencesOf(type: EntityType, entity: Entity): Reference[] {
  const fields = entity as unknown as Readonly<Record<string, EntityRef | null>>;
  return Object.entries(rulesOf(type).references).flatMap(([field, target]) => {
    const reference = fields[field];
    return reference === null || reference === undefined ? [] : [{ field, type: target, id: reference.id }];
  });
}

/** What only one entity may have. A field that is `null` is not claimed; fields that are unique together always are. */
export function uniqueValuesOf(type: EntityType, entity: Entity): UniqueValue[] {
  const fields = entity as unknown as Readonly<Record<string, unknown>>;
  return rulesOf(type).unique.flatMap((rule): UniqueValue[] => {
    if (typeof rule !== 'string') return [{ field: rule.join(', '), value: rule.map((field) => plain(fields[field])).join('|') }];
    const value = fields[rule];
    return value === null || value === undefined ? [] : [{ field: rule, value: plain(value) }];
  });
}

/** A unique value in a message: `username "bob"`; secrets and values that are made of ids go without. */
export function describeUnique({ field, value }: UniqueValue): string {
  return SECRET_FIELDS.has(field) || field.includes(',') ? `the same ${field}` : `${field} "${value}"`;
}

/** Unique values are texts and references. */
function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' ? value.id : '';
}
