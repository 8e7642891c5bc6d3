import type { ObjectRef } from '@gibbon/contracts/resource';
import type { EntityDraft, UnitKey } from '@gibbon/contracts/translator';
import { objectKey, type Age } from '@gibbon/controlplane-store';
import { entityKey, Variant, type EntityKey } from './variant.ts';

const NONE: readonly Variant[] = Object.freeze([]);

/** All variants, found by entity, by claim, by what they refer to, and by owner. */
export class VariantIndex {
  readonly #byEntity = new Map<EntityKey, Variant[]>();
  readonly #byClaim = new Map<string, Set<Variant>>();
  readonly #byReference = new Map<EntityKey, Set<Variant>>();
  readonly #byOwner = new Map<string, Set<Variant>>();
  readonly #ageOf: (ref: ObjectRef) => Age;

  constructor(ageOf: (ref: ObjectRef) => Age) {
    this.#ageOf = ageOf;
  }

  /** Adds a draft to the variant of its content. */
  contribute(unit: UnitKey, draft: EntityDraft): Variant {
    const variants = this.#byEntity.getOrInsertComputed(entityKey(draft.type, draft.entity.id), () => []);
    let variant = variants.find((each) => each.accepts(draft));
    if (variant === undefined) {
      variant = new Variant(draft);
      variants.push(variant);
      for (const claim of variant.claims) file(this.#byClaim, claim.key, variant);
      for (const { type, id } of variant.references) file(this.#byReference, entityKey(type, id), variant);
    }
    variant.contributions.push({ unit, draft, age: this.#ageOf(draft.owner) });
    file(this.#byOwner, ownerKey(draft.owner), variant);
    return variant;
  }

  /** Takes a draft out again; the variant stays, perhaps without contributions, until it is dropped. */
  withdraw(unit: UnitKey, draft: EntityDraft): Variant | null {
    for (const variant of this.#byEntity.get(entityKey(draft.type, draft.entity.id)) ?? NONE) {
      const position = variant.contributions.findIndex((each) => each.unit === unit && each.draft === draft);
      if (position < 0) continue;
      variant.contributions.splice(position, 1);
      const owner = ownerKey(draft.owner);
      if (!variant.contributions.some((each) => ownerKey(each.draft.owner) === owner)) unfile(this.#byOwner, owner, variant);
      return variant;
    }
    return null;
  }

  /** Looks up the age of an owner again. */
  age(ref: ObjectRef): Iterable<Variant> {
    const owner = ownerKey(ref);
    const variants = this.#byOwner.get(owner) ?? NONE;
    for (const variant of variants) {
      for (const [position, contribution] of variant.contributions.entries()) {
        if (ownerKey(contribution.draft.owner) === owner) variant.contributions[position] = { ...contribution, age: this.#ageOf(ref) };
      }
    }
    return variants;
  }

  /** Forgets a variant without contributions. */
  drop(variant: Variant): void {
    const rest = (this.#byEntity.get(variant.key) ?? NONE).filter((each) => each !== variant);
    if (rest.length === 0) this.#byEntity.delete(variant.key);
    else this.#byEntity.set(variant.key, rest);
    for (const claim of variant.claims) unfile(this.#byClaim, claim.key, variant);
    for (const { type, id } of variant.references) unfile(this.#byReference, entityKey(type, id), variant);
  }

  /** The variant of an entity that is in the configuration. */
  activeOf(key: EntityKey): Variant | null {
    return this.#byEntity.get(key)?.find((variant) => variant.active) ?? null;
  }

  /** Variants with this claim, in no order. */
  claimants(claim: string): Iterable<Variant> {
    return this.#byClaim.get(claim) ?? NONE;
  }

  /** Variants that refer to an entity, in no order. */
  referrersOf(key: EntityKey): Iterable<Variant> {
    return this.#byReference.get(key) ?? NONE;
  }
}

function ownerKey(ref: ObjectRef): string {
  return objectKey(ref.kind, ref.namespace, ref.name);
}

function file<K>(map: Map<K, Set<Variant>>, key: K, variant: Variant): void {
  map.getOrInsertComputed(key, () => new Set()).add(variant);
}

function unfile<K>(map: Map<K, Set<Variant>>, key: K, variant: Variant): void {
  const variants = map.get(key);
  variants?.delete(variant);
  if (variants?.size === 0) map.delete(key);
}
