import type { ObjectRef } from '@gibbon/contracts/resource';
import type { EntityDraft, UnitKey } from '@gibbon/contracts/translator';
import { MultiMap, objectKey, type Age } from '@gibbon/controlplane-store';
import { Slot } from './slot.ts';
import { entityKey, Variant, type EntityKey } from './variant.ts';

/** All variants, found by entity and by owner; through their slots, by what they claim and what they refer to. */
export class VariantIndex {
  /** By key of an id or unique value. */
  readonly #slots = new Map<string, Slot>();
  readonly #byOwner = new MultiMap<string, Variant>();
  readonly #ageOf: (ref: ObjectRef) => Age;

  constructor(ageOf: (ref: ObjectRef) => Age) {
    this.#ageOf = ageOf;
  }

  /** Adds a draft to the variant of its content. */
  contribute(unit: UnitKey, draft: EntityDraft): Variant {
    let variant = this.#variantFor(draft);
    if (variant === null) {
      variant = new Variant(draft, (key) => this.#slots.getOrInsertComputed(key, () => new Slot(key)));
      for (const claim of variant.claims) claim.claim(variant);
      for (const need of variant.needs) need.refer(variant);
    }
    variant.contributions.push({ unit, draft, age: this.#ageOf(draft.owner) });
    this.#byOwner.add(ownerKey(draft.owner), variant);
    return variant;
  }

  /** Takes a draft out again; the variant stays, perhaps without contributions, until it is dropped. */
  withdraw(unit: UnitKey, draft: EntityDraft): Variant | null {
    for (const variant of this.#variantsOf(entityKey(draft.type, draft.entity.id))) {
      const position = variant.contributions.findIndex((each) => each.unit === unit && each.draft === draft);
      if (position < 0) continue;
      variant.contributions.splice(position, 1);
      const owner = ownerKey(draft.owner);
      if (!variant.contributions.some((each) => ownerKey(each.draft.owner) === owner)) this.#byOwner.delete(owner, variant);
      return variant;
    }
    return null;
  }

  /** Looks up the age of an owner again. */
  age(ref: ObjectRef): Iterable<Variant> {
    const owner = ownerKey(ref);
    const variants = [...this.#byOwner.get(owner)];
    for (const variant of variants) {
      for (const [position, contribution] of variant.contributions.entries()) {
        if (ownerKey(contribution.draft.owner) === owner) variant.contributions[position] = { ...contribution, age: this.#ageOf(ref) };
      }
    }
    return variants;
  }

  /** Variants that an object contributes to, in no order. */
  ownedBy(ref: ObjectRef): Iterable<Variant> {
    return this.#byOwner.get(ownerKey(ref));
  }

  /** Forgets a variant without contributions. */
  drop(variant: Variant): void {
    for (const claim of variant.claims) {
      claim.unclaim(variant);
      if (claim.isFree) this.#slots.delete(claim.key);
    }
    for (const need of variant.needs) {
      need.unrefer(variant);
      if (need.isFree) this.#slots.delete(need.key);
    }
  }

  /** The variant of an entity that is in the configuration. */
  activeOf(key: EntityKey): Variant | null {
    return this.#slots.get(key)?.active ?? null;
  }

  #variantsOf(key: EntityKey): Iterable<Variant> {
    return this.#slots.get(key)?.claimants ?? [];
  }

  #variantFor(draft: EntityDraft): Variant | null {
    for (const variant of this.#variantsOf(entityKey(draft.type, draft.entity.id))) if (variant.accepts(draft)) return variant;
    return null;
  }
}

function ownerKey(ref: ObjectRef): string {
  return objectKey(ref.kind, ref.namespace, ref.name);
}
