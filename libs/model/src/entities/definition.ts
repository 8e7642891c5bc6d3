import type { EntityBase, EntityType, EntityTypes } from '@gibbon/contracts/entities';
import type { ConfigSchema } from '@gibbon/contracts/module';
import { schema, Type, type ConfigOf, type FieldRule, type TObject, type TProperties } from '@gibbon/schema';
import type { PluginCatalog } from '../plugins/catalog.ts';
import { BASE_FIELDS } from './fields.ts';

/** One problem of one entity. */
export interface EntityProblem {
  /** Dotted path in the entity, 1-based for array elements (`paths.2`); empty for the entity as a whole. */
  readonly path: string;
  /** Kong's message. */
  readonly message: string;
  /** `record`: a rule on several fields of what is at `path`; `field`: the value at `path`. */
  readonly scope: 'field' | 'record';
}

/** Raw fields on their way to an entity. */
export type Draft = Record<string, unknown>;

/** What checks may ask about their surroundings. */
export interface EntityContext {
  readonly plugins: PluginCatalog;
  /** Kong's; `both` is what Gibbon's proxy takes: routes with an `expression` as the expressions flavour has them, others as `traditional_compatible`. */
  readonly routerFlavor: 'traditional' | 'traditional_compatible' | 'expressions' | 'both';
  /** Algorithms that upstreams may name. */
  readonly algorithms: readonly string[];
  /** Wall clock, milliseconds. */
  now(): number;
}

/** Everything the model knows of one entity type. Adding a type is one such value and its line in the registry. */
export interface EntityDefinition<T extends EntityType = EntityType> {
  /** Kong's plural name. */
  readonly type: T;
  /** Schema of a complete entity; references carry `x-foreign` with the type that they point to. */
  readonly schema: ConfigSchema<EntityTypes[T]>;
  /** The field by which an entity may be addressed instead of its id; `null` where there is none. */
  readonly endpointKey: string | null;
  /** The fields whose values make the id, where they identify an entity only together. */
  readonly cacheKey: readonly string[] | null;
  /** Fields whose values no two entities share. */
  readonly unique: readonly string[];
  /** References by field. */
  readonly foreignKeys: Readonly<Record<string, EntityType>>;
  /** Brings raw fields to the form of the schema: shorthands, defaults that depend on other fields, values to compute. Changes `draft`. */
  prepare?(draft: Draft, context: EntityContext): readonly EntityProblem[];
  /** Rules that the schema cannot say, on an entity that the schema accepts. */
  check?(entity: EntityTypes[T], context: EntityContext): readonly EntityProblem[];
  /** What identifies an entity that no key identifies, so that it keeps its id when the document is posted again. */
  anonymousKey?(entity: EntityTypes[T]): string;
  /** What a data plane keeps of an entity, where that is another: hashes, values that nobody gave. Not idempotent. */
  onWrite?(entity: EntityTypes[T]): EntityTypes[T];
}

/** What an entity's file says. */
type Specification<T extends EntityType, F extends TProperties> = Omit<
  EntityDefinition<T>,
  'type' | 'schema' | 'foreignKeys' | 'endpointKey' | 'cacheKey' | 'unique'
> & {
  readonly fields: F;
  /** One sentence for the reference. */
  readonly description: string;
  readonly endpointKey?: string;
  readonly cacheKey?: readonly string[];
  readonly unique?: readonly string[];
  /** Kong's entity checks. */
  readonly rules?: readonly FieldRule[];
};

/** `unknown` when the fields describe exactly the contract's type, otherwise something that no value is. */
type Agrees<T extends EntityType, F extends TProperties> = [Own<T>] extends [ConfigOf<TObject<F>>]
  ? [ConfigOf<TObject<F>>] extends [Own<T>]
    ? unknown
    : { readonly fields: 'wider than the contract' }
  : { readonly fields: 'narrower than the contract' };

type Own<T extends EntityType> = Omit<EntityTypes[T], keyof EntityBase>;

/** Defines an entity type from its own fields; the fields that every entity has are added. */
export function defineEntity<T extends EntityType, F extends TProperties>(
  type: T,
  specification: Specification<T, F> & Agrees<T, F>,
): EntityDefinition<T> {
  const { fields, description, rules, endpointKey = null, cacheKey = null, unique = [], ...behaviour } = specification;
  const checks = rules === undefined ? {} : { 'x-kong-checks': rules };
  const object = Type.Object({ ...BASE_FIELDS, ...fields }, { description, ...checks });
  return {
    type,
    schema: schema(object) as unknown as ConfigSchema<EntityTypes[T]>,
    endpointKey,
    cacheKey,
    unique,
    foreignKeys: foreignKeysOf(fields),
    ...(behaviour as Pick<EntityDefinition<T>, 'prepare' | 'check' | 'anonymousKey' | 'onWrite'>),
  };
}

function foreignKeysOf(fields: TProperties): Readonly<Record<string, EntityType>> {
  const keys: Record<string, EntityType> = {};
  for (const [field, property] of Object.entries(fields)) {
    const foreign = (property as { 'x-foreign'?: EntityType })['x-foreign'];
    if (foreign !== undefined) keys[field] = foreign;
  }
  return keys;
}
