import type { Configuration, ConfigurationDelta, Entity } from '@gibbon/contracts/entities';
import { ENTITY_TYPES } from '../entities/registry.ts';

/**
 * Applies a delta: replaced entities keep their place, new ones follow in the order of the delta, ids to delete that
 * do not exist are ignored. Types without a change keep their array by reference. Neither argument is changed.
 */
export function applyDelta(configuration: Configuration, delta: ConfigurationDelta): Configuration {
  const next: Record<string, readonly Entity[]> = {};
  for (const type of ENTITY_TYPES) {
    const change = delta[type];
    next[type] = change === undefined ? configuration[type] : applyType(configuration[type], change.upserted, change.deleted);
  }
  return next as Configuration;
}

/** A configuration without entities. Shared and frozen. */
export function emptyConfiguration(): Configuration {
  return EMPTY;
}

const EMPTY = Object.freeze(Object.fromEntries(ENTITY_TYPES.map((type) => [type, Object.freeze([])]))) as unknown as Configuration;

function applyType(entities: readonly Entity[], upserted: readonly Entity[], deleted: readonly string[]): readonly Entity[] {
  const changed = new Map<string, Entity>();
  for (const entity of upserted) changed.set(entity.id, entity);
  const gone = new Set(deleted);
  const next: Entity[] = [];
  for (const entity of entities) {
    const replacement = changed.get(entity.id);
    if (replacement !== undefined) {
      next.push(replacement);
      changed.delete(entity.id);
    } else if (!gone.has(entity.id)) {
      next.push(entity);
    }
  }
  next.push(...changed.values());
  return next;
}
