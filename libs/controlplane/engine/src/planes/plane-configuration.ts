import type { Configuration, ConfigurationDelta, Entity, EntityType } from '@gibbon/contracts/entities';
import { compareStrings, SortedView } from '@gibbon/controlplane-store';
import { ENTITY_TYPES, sameValue } from '@gibbon/model';
import { labelOf } from '../assembly/entity-rules.ts';
import type { EntityKey } from '../assembly/variant.ts';

/** The configuration of one plane as it was handed out last, and what has changed since. Sorted by type, then name, then id. */
export class PlaneConfiguration {
  readonly #entities = new Map<EntityKey, Entity>();
  readonly #views = new Map(ENTITY_TYPES.map((type) => [type, new SortedView<Entity>(ORDER[type])]));
  /** What was handed out for each entity that was set since. */
  readonly #before = new Map<EntityKey, { readonly type: EntityType; readonly entity: Entity | null }>();

  /** Sets an entity, or takes it out with `null`. */
  set(key: EntityKey, type: EntityType, entity: Entity | null): void {
    const current = this.#entities.get(key) ?? null;
    if (current === entity) return;
    if (!this.#before.has(key)) this.#before.set(key, { type, entity: current });
    const view = this.#views.get(type);
    if (current !== null) view?.remove(current);
    if (entity === null) {
      this.#entities.delete(key);
    } else {
      this.#entities.set(key, entity);
      view?.add(entity);
    }
  }

  /** Everything that is part of it now. */
  entries(): Iterable<[EntityKey, Entity]> {
    return this.#entities;
  }

  /** The difference to the previous call, in the order of types, names and ids. */
  drain(): ConfigurationDelta {
    const delta: Partial<Record<EntityType, { upserted: Entity[]; deleted: Entity[] }>> = {};
    for (const [key, { type, entity: before }] of this.#before) {
      const after = this.#entities.get(key) ?? null;
      if (sameValue(before, after)) continue;
      const change = (delta[type] ??= { upserted: [], deleted: [] });
      if (after !== null) change.upserted.push(after);
      else if (before !== null) change.deleted.push(before);
    }
    this.#before.clear();
    return Object.fromEntries(
      ENTITY_TYPES.flatMap((type) => {
        const change = delta[type];
        if (change === undefined) return [];
        const order = ORDER[type];
        return [[type, { upserted: change.upserted.sort(order), deleted: change.deleted.sort(order).map(({ id }) => id) }]];
      }),
    );
  }

  /** The whole. Immutable; the next change of a type copies its list. */
  snapshot(): Configuration {
    return Object.fromEntries(ENTITY_TYPES.map((type) => [type, this.#views.get(type)?.snapshot() ?? []])) as unknown as Configuration;
  }
}

/** Orders of entities, by type. */
const ORDER = Object.fromEntries(ENTITY_TYPES.map((type) => [type, compareEntities(type)])) as {
  readonly [T in EntityType]: (a: Entity, b: Entity) => number;
};

function compareEntities(type: EntityType): (a: Entity, b: Entity) => number {
  return (a, b) => compareStrings(labelOf(type, a), labelOf(type, b)) || compareStrings(a.id, b.id);
}
