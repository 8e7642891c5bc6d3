import type { ConfigurationDelta, EntityType } from '@gibbon/contracts/entities';
import type { CompileProblem } from '@gibbon/dataplane-runtime';
import { ENTITY_TYPES } from '@gibbon/model';

/**
 * What is refused of the configuration that serves. The threads tell of an entity when it changes; whoever sends the same
 * configuration once more, another controller for instance, has to hear of it as well.
 */
export class StandingProblems {
  readonly #byEntity = new Map<string, CompileProblem[]>();

  /** @param found what the threads say of this difference. */
  update(delta: ConfigurationDelta, found: readonly CompileProblem[]): void {
    for (const type of ENTITY_TYPES) {
      const changed = delta[type];
      if (changed === undefined) continue;
      for (const { id } of changed.upserted) this.#byEntity.delete(keyOf(type, id));
      for (const id of changed.deleted) this.#byEntity.delete(keyOf(type, id));
    }
    // Told anew as a whole: which name gets which certificate depends on all of them.
    if (delta.certificates !== undefined || delta.snis !== undefined) this.#forget(['certificates', 'snis']);
    for (const { type, id } of found) this.#byEntity.delete(keyOf(type, id));
    for (const problem of found) {
      const key = keyOf(problem.type, problem.id);
      const others = this.#byEntity.get(key);
      if (others === undefined) this.#byEntity.set(key, [problem]);
      else others.push(problem);
    }
  }

  /** All of them, those that were found last at the end. */
  list(): readonly CompileProblem[] {
    return [...this.#byEntity.values()].flat();
  }

  #forget(types: readonly EntityType[]): void {
    for (const key of this.#byEntity.keys()) if (types.some((type) => key.startsWith(`${type}/`))) this.#byEntity.delete(key);
  }
}

function keyOf(type: EntityType, id: string): string {
  return `${type}/${id}`;
}
