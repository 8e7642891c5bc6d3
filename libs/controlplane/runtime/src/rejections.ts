import type { EntityType } from '@gibbon/contracts/entities';
import type { ConfigurationChange, PublishResult, Rejection } from '@gibbon/contracts/publisher';

/**
 * What a target refuses now. A result tells of the entities of its change, so what it does not mention of others stands:
 * a refusal ends when the entity is published again without one, or is gone.
 */
export class Rejections {
  #byEntity = new Map<string, Rejection[]>();

  get size(): number {
    return this.#byEntity.size;
  }

  /**
   * Follows a publish.
   * @returns entities whose refusals may have changed, with what is refused now; empty lists where nothing is.
   */
  follow(change: ConfigurationChange, result: PublishResult): ReadonlyMap<string, readonly Rejection[]> {
    if (!result.applied && result.rejected.length === 0) return new Map();
    const touched = new Set(change.delta === null ? this.#byEntity.keys() : changedKeys(change.delta));
    for (const key of touched) this.#byEntity.delete(key);
    const mentioned = Map.groupBy(result.rejected, ({ type, id }) => keyOf(type, id));
    for (const [key, rejections] of mentioned) this.#byEntity.set(key, rejections);
    return new Map([...touched, ...mentioned.keys()].map((key) => [key, this.#byEntity.get(key) ?? []]));
  }
}

function changedKeys(delta: NonNullable<ConfigurationChange['delta']>): string[] {
  return Object.entries(delta).flatMap(([type, change]) =>
    [...change.upserted.map(({ id }) => id), ...change.deleted].map((id) => keyOf(type as EntityType, id)),
  );
}

function keyOf(type: EntityType, id: string): string {
  return `${type}/${id}`;
}
