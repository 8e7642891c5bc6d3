import type { Configuration, ConfigurationDelta, Entity } from '@gibbon/contracts/entities';
import { ENTITY_TYPES } from '../entities/registry.ts';
import { sameValue } from './same-value.ts';

type AnyDelta = { upserted: readonly Entity[]; deleted: readonly string[] };

/**
 * What to write and what to remove to turn one configuration into another.
 * Costs one look-up per entity; entities shared by reference are not compared further.
 * @returns types without a difference are absent, so an empty object means equal (order of entities apart).
 */
export function diff(previous: Configuration, next: Configuration): ConfigurationDelta {
  const delta: Record<string, AnyDelta> = {};
  for (const type of ENTITY_TYPES) {
    const change = diffType(previous[type], next[type]);
    if (change !== null) delta[type] = change;
  }
  return delta;
}

/** Whether a delta changes nothing. */
export function isEmptyDelta(delta: ConfigurationDelta): boolean {
  return ENTITY_TYPES.every((type) => {
    const change = delta[type];
    return change === undefined || (change.upserted.length === 0 && change.deleted.length === 0);
  });
}

function diffType(previous: readonly Entity[], next: readonly Entity[]): AnyDelta | null {
  if (previous === next) return null;
  const before = new Map<string, Entity>();
  for (const entity of previous) before.set(entity.id, entity);
  const upserted: Entity[] = [];
  for (const entity of next) {
    const old = before.get(entity.id);
    before.delete(entity.id);
    if (old === undefined || !sameValue(old, entity)) upserted.push(entity);
  }
  return upserted.length === 0 && before.size === 0 ? null : { upserted, deleted: [...before.keys()] };
}
