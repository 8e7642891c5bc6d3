import type { ConfigurationDelta, Entity, EntityType } from '@gibbon/contracts/entities';
import type { ConfigurationChange } from '@gibbon/contracts/publisher';

type AnyDelta = { readonly upserted: readonly Entity[]; readonly deleted: readonly string[] };

/** Two changes, one after the other, as one: the later configuration, and the difference to before the earlier one. */
export function mergeChanges(earlier: ConfigurationChange, later: ConfigurationChange): ConfigurationChange {
  const delta = earlier.delta === null || later.delta === null ? null : mergeDeltas(earlier.delta, later.delta);
  return { revision: later.revision, full: later.full, delta };
}

/** A change for a target of which it is not known what it has. */
export function wholeOf(change: ConfigurationChange): ConfigurationChange {
  return { revision: change.revision, full: change.full, delta: null };
}

function mergeDeltas(earlier: ConfigurationDelta, later: ConfigurationDelta): ConfigurationDelta {
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
