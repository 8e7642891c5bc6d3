import type { ConfigurationDelta, Entity, EntityType } from '@gibbon/contracts/entities';

type AnyDelta = { readonly upserted: readonly Entity[]; readonly deleted: readonly string[] };

/** Two differences, one after the other, as one. Costs what both hold; neither is changed. */
export function mergeDeltas(earlier: ConfigurationDelta, later: ConfigurationDelta): ConfigurationDelta {
  const types = new Set([...Object.keys(earlier), ...Object.keys(later)] as EntityType[]);
  return Object.fromEntries([...types].map((type) => [type, mergeTypes(earlier[type], later[type])]));
}

function mergeTypes(earlier: AnyDelta | undefined, later: AnyDelta | undefined): AnyDelta {
  if (earlier === undefined || later === undefined) return earlier ?? later ?? { upserted: [], deleted: [] };
  const upserted = new Map(earlier.upserted.map((entity) => [entity.id, entity]));
  const deleted = new Set(earlier.deleted);
  for (const id of later.deleted) {
    upserted.delete(id);
    deleted.add(id);
  }
  for (const entity of later.upserted) {
    upserted.set(entity.id, entity);
    deleted.delete(entity.id);
  }
  return { upserted: [...upserted.values()], deleted: [...deleted] };
}
