import type { EntityType } from '@gibbon/contracts/entities';
import type { ObjectRef } from '@gibbon/contracts/resource';
import { SHARED_PLANE, type Failure, type PlaneName } from '@gibbon/contracts/translator';
import { compareStrings, type Age } from '@gibbon/controlplane-store';
import type { PlacedEntity } from '../planes/placed-entity.ts';
import type { UnitChange } from '../units/translation-engine.ts';
import { Decision } from './decision.ts';
import { labelOf } from './entity-rules.ts';
import type { Slot } from './slot.ts';
import { entityKey, type Variant } from './variant.ts';
import { VariantIndex } from './variant-index.ts';

/** What the assembler needs from outside. */
export interface AssemblerOptions {
  /** How old an owner is. Owners that do not exist count as the youngest. */
  readonly ageOf: (ref: ObjectRef) => Age;
  /** Called when what is wrong with something has changed. `subject` is an identity and nothing else. */
  readonly onFailures: (subject: object, failures: readonly Failure[]) => void;
}

/** An entity that an object yields. */
export interface OwnedEntity {
  readonly type: EntityType;
  readonly id: string;
  /** Its name, or what else people know it by. */
  readonly label: string;
  /** Where it belongs by itself; entities of other types are part of each plane that refers to them. */
  readonly plane: PlaneName;
  /** Whether it is part of the configuration. */
  readonly configured: boolean;
  /** Why it is not. */
  readonly failures: readonly Failure[];
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
    // Before drafts come, which are aged when they do.
    for (const ref of aged) {
      for (const variant of this.#index.age(ref)) touched.add(variant);
    }
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
    const decided = new Decision(this.#index, (variant) => this.#onFailures(variant, variant.failures)).run(touched);
    const entities = new Map<Slot, PlacedEntity>();
    for (const { key, type, id } of decided) {
      if (!entities.has(id)) entities.set(id, id.active ?? { key, type, plane: SHARED_PLANE, entity: null });
    }
    return entities.values();
  }

  /** Owners of an entity of the configuration, oldest first; empty where there is no such entity. */
  owners(type: EntityType, id: string): readonly ObjectRef[] {
    const variant = this.#index.activeOf(entityKey(type, id));
    return variant === null ? [] : variant.contributions.map((each) => each.draft.owner);
  }

  /** What an object yields, whether it is in the configuration or not: by type and label. */
  entitiesOf(ref: ObjectRef): readonly OwnedEntity[] {
    return Array.from(this.#index.ownedBy(ref), (variant) => ({
      type: variant.type,
      id: variant.entity.id,
      label: labelOf(variant.type, variant.entity),
      plane: variant.plane,
      configured: variant.active,
      failures: variant.failures,
    })).sort((a, b) => compareStrings(`${a.type} ${a.label}`, `${b.type} ${b.label}`));
  }
}
