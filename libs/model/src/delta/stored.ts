import type { Configuration, ConfigurationDelta, Entity, EntityType } from '@gibbon/contracts/entities';
import type { ConfigurationChange } from '@gibbon/contracts/publisher';
import { definitionOf, ENTITY_TYPES } from '../entities/registry.ts';

/** Types of which a data plane keeps something else than what it is given. */
const REWRITTEN: readonly EntityType[] = ENTITY_TYPES.filter((type) => definitionOf(type).onWrite !== undefined);

/**
 * A configuration as a data plane keeps it: passwords of basic-auth as hashes, client secrets of oauth2 too where that is
 * asked for, secrets that nobody gave drawn at random. For whoever brings a configuration into a data plane, once: doing it
 * again would hash the hashes. What is emitted for Kong stays as it is, as Kong does the same by itself.
 * `parseDeclarative` and `admitDelta` have done it.
 * @see https://developer.konghq.com/gateway/db-less-mode/ (`_transform`)
 */
export function storedConfiguration(configuration: Configuration): Configuration {
  const present = REWRITTEN.filter((type) => configuration[type].length > 0);
  if (present.length === 0) return configuration;
  return Object.freeze({ ...configuration, ...Object.fromEntries(present.map((type) => [type, storedList(type, configuration[type])])) });
}

/** A difference as a data plane keeps it; see {@link storedConfiguration}. */
export function storedDelta(delta: ConfigurationDelta): ConfigurationDelta {
  const present = REWRITTEN.filter((type) => (delta[type]?.upserted.length ?? 0) > 0);
  if (present.length === 0) return delta;
  const rewritten = present.map((type) => [type, { ...delta[type], upserted: storedList(type, delta[type]?.upserted ?? []) }] as const);
  return { ...delta, ...Object.fromEntries(rewritten) };
}

/** A change as a data plane keeps it; see {@link storedConfiguration}. */
export function storedChange(change: ConfigurationChange): ConfigurationChange {
  let whole: Configuration | null = null;
  return {
    revision: change.revision,
    full: () => (whole ??= storedConfiguration(change.full())),
    delta: change.delta === null ? null : storedDelta(change.delta),
  };
}

function storedList(type: EntityType, entities: readonly Entity[]): readonly Entity[] {
  const { onWrite } = definitionOf(type) as { readonly onWrite?: (entity: Entity) => Entity };
  return onWrite === undefined ? entities : Object.freeze(entities.map((entity) => Object.freeze(onWrite(entity))));
}
