import type { EntityType } from '@gibbon/contracts/entities';
import type { ObjectRef } from '@gibbon/contracts/resource';
import { SHARED_PLANE, type Failure } from '@gibbon/contracts/translator';
import type { Age } from '@gibbon/controlplane-store';
import type { PlacedEntity } from '../planes/placed-entity.ts';
import type { UnitChange } from '../units/translation-engine.ts';
import { Decision } from './decision.ts';
import { entityKey, type EntityKey, type Variant } from './variant.ts';
import { VariantIndex } from './variant-index.ts';

/** What the assembler needs from outside. */
export interface AssemblerOptions {
  /** How old an owner is. Owners that do not exist count as the youngest. */
  readonly ageOf: (ref: ObjectRef) => Age;
  /** Called when what is wrong with something has changed. `subject` is an identity and nothing else. */
  readonly onFailures: (subject: object, failures: readonly Failure[]) => void;
}

/**
 * Makes one set of entities of the drafts of all units: shared where they agree, the oldest owner's where they do not,
 * without what refers to nothing. Incremental, and the result depends on the drafts and the ages of their owners alone,
 * not on the order in which they came.
 */
export class Assembler {
  readonly #index: VariantIndex;
  readonly #onFailures: AssemblerOptions['onFailures'];

  constructor(options: AssemblerOptions) {
    this.#index = new VariantIndex(options.ageOf);
    this.#onFailures = options.onFailures;
  }

  /**
   * Follows the changes of units.
   * @param aged objects that appeared, vanished or were created anew: what they own may win or lose now.
   * @returns entities that may be others than before, with what they are now.
   */
  apply(changes: readonly UnitChange[], aged: readonly ObjectRef[]): Iterable<PlacedEntity> {
    const touched = new Set<Variant>();
    for (const { key, before, after } of changes) {
      const previous = new Set(before?.entities ?? []);
      const next = new Set(after?.entities ?? []);
      for (const draft of previous) {
        const variant = next.has(draft) ? null : this.#index.withdraw(key, draft);
        if (variant !== null) touched.add(variant);
      }
      for (const draft of next) {
        if (!previous.has(draft)) touched.add(this.#index.contribute(key, draft));
      }
    }
    for (const ref of aged) {
      for (const variant of this.#index.age(ref)) touched.add(variant);
    }
    const decided = new Decision(this.#index, (variant) => this.#onFailures(variant, variant.failures)).run(touched);
    const entities = new Map<EntityKey, PlacedEntity>();
    for (const { key, type } of decided) {
      if (entities.has(key)) continue;
      const active = this.#index.activeOf(key);
      entities.set(key, active ?? { key, type, plane: SHARED_PLANE, entity: null });
    }
    return entities.values();
  }

  /** Owners of an entity of the configuration, oldest first; empty where there is no such entity. */
  owners(type: EntityType, id: string): readonly ObjectRef[] {
    const variant = this.#index.activeOf(entityKey(type, id));
    return variant === null ? [] : variant.contributions.map((each) => each.draft.owner);
  }
}
