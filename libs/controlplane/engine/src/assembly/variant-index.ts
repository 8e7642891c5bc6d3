import type { ObjectRef } from '@gibbon/contracts/resource';
import type { EntityDraft, UnitKey } from '@gibbon/contracts/translator';
import { MultiMap, objectKey, type Age } from '@gibbon/controlplane-store';
import { entityKey, Variant, type EntityKey } from './variant.ts';

/** All variants, found by entity, by claim, by what they refer to, and by owner. */
export class VariantIndex {
  /** The id is one of the claims, so this finds the variants of an entity too. */
  readonly #byClaim = new MultiMap<string, Variant>();
  readonly #byReference = new MultiMap<EntityKey, Variant>();
  readonly #byOwner = new MultiMap<string, Variant>();
  readonly #ageOf: (ref: ObjectRef) => Age;

  constructor(ageOf: (ref: ObjectRef) => Age) {
    this.#ageOf = ageOf;
  }

  /** Adds a draft to the variant of its content. */
  contribute(unit: UnitKey, draft: EntityDraft): Variant {
    let variant = this.#variantFor(draft);
    if (variant === null) {
      variant = new Variant(draft);
      for (const claim of variant.claims) this.#byClaim.add(claim.key, variant);
      for (const { type, id } of variant.references) this.#byReference.add(entityKey(type, id), variant);
    }
    variant.contributions.push({ unit, draft, age: this.#ageOf(draft.owner) });
    this.#byOwner.add(ownerKey(draft.owner), variant);
    return variant;
  }

  /** Takes a draft out again; the variant stays, perhaps without contributions, until it is dropped. */
  withdraw(unit: UnitKey, draft: EntityDraft): Variant | null {
    for (const variant of this.#byClaim.get(entityKey(draft.type, draft.entity.id))) {
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

  /** Forgets a variant without contributions. */
  drop(variant: Variant): void {
    for (const claim of variant.claims) this.#byClaim.delete(claim.key, variant);
    for (const { type, id } of variant.references) this.#byReference.delete(entityKey(type, id), variant);
  }

  /** The variant of an entity that is in the configuration. */
  activeOf(key: EntityKey): Variant | null {
    for (const variant of this.#byClaim.get(key)) if (variant.active) return variant;
    return null;
  }

  /** Variants with this claim, in no order. */
  claimants(claim: string): Iterable<Variant> {
    return this.#byClaim.get(claim);
  }

  /** Variants that refer to an entity, in no order. */
  referrersOf(key: EntityKey): Iterable<Variant> {
    return this.#byReference.get(key);
  }

  #variantFor(draft: EntityDraft): Variant | null {
    for (const variant of this.#byClaim.get(entityKey(draft.type, draft.entity.id))) if (variant.accepts(draft)) return variant;
    return null;
  }
}

function ownerKey(ref: ObjectRef): string {
  return objectKey(ref.kind, ref.namespace, ref.name);
}
