import type { Failure } from '@gibbon/contracts/translator';
import { ENTITY_TYPES, sameValue } from '@gibbon/model';
import { OrderedQueue } from './ordered-queue.ts';
import type { Slot } from './slot.ts';
import { compareVariants, type Variant } from './variant.ts';
import type { VariantIndex } from './variant-index.ts';
import { conflictFailures, missingFailures } from './verdict.ts';

/**
 * Decides which variants are in the configuration, after one batch of changes.
 *
 * A variant is in when everything that it refers to is, and when no older variant that is in holds its id or one of its
 * unique values. Both conditions look only at variants that come earlier in one order: by type, what is referred to
 * first, then by age. So each type is decided after those that it refers to, and within a type the oldest first.
 */
export class Decision {
  readonly #index: VariantIndex;
  readonly #onFailures: (variant: Variant) => void;
  readonly #queues = ENTITY_TYPES.map(() => new OrderedQueue<Variant>(compareVariants));
  /** By rank: whether entities were in the configuration before, of those with a variant that has come or gone. */
  readonly #presence = ENTITY_TYPES.map(() => new Map<Slot, boolean>());
  readonly #decided = new Set<Variant>();

  constructor(index: VariantIndex, onFailures: (variant: Variant) => void) {
    this.#index = index;
    this.#onFailures = onFailures;
  }

  /**
   * @param touched variants whose contributions or ages have changed.
   * @returns variants that have been decided or dropped; the entities of others are as before.
   */
  run(touched: ReadonlySet<Variant>): ReadonlySet<Variant> {
    for (const variant of touched) variant.sort();
    for (const variant of touched) {
      this.#enqueueRivals(variant, () => true);
      if (variant.contributions.length > 0) this.#enqueue(variant);
      else this.#drop(variant);
    }
    for (const [rank, queue] of this.#queues.entries()) {
      for (let variant = queue.take(); variant !== null; variant = queue.take()) this.#decide(variant);
      this.#enqueueReferrers(rank);
    }
    return this.#decided;
  }

  #decide(variant: Variant): void {
    this.#decided.add(variant);
    const objections = this.#objections(variant);
    this.#fail(variant, objections ?? []);
    if (variant.active === (objections === null)) return;
    this.#notePresence(variant);
    variant.active = objections === null;
    this.#enqueueRivals(variant, (rival) => compareVariants(rival, variant) > 0);
  }

  /** What keeps a variant out, or `null`. */
  #objections(variant: Variant): readonly Failure[] | null {
    for (const [index, need] of variant.needs.entries()) {
      if (need.active === null) return missingFailures(variant, index);
    }
    for (const [index, claim] of variant.claims.entries()) {
      if (claim.isOnlyOf(variant)) continue;
      for (const other of claim.claimants) {
        if (other.active && compareVariants(other, variant) < 0) return conflictFailures(variant, index, other);
      }
    }
    return null;
  }

  #drop(variant: Variant): void {
    this.#decided.add(variant);
    this.#fail(variant, []);
    this.#notePresence(variant);
    variant.active = false;
    this.#index.drop(variant);
  }

  #fail(variant: Variant, failures: readonly Failure[]): void {
    if (sameValue(variant.failures, failures)) return;
    variant.failures = failures;
    this.#onFailures(variant);
  }

  #notePresence({ rank, id }: Variant): void {
    const presence = this.#presence[rank];
    if (presence?.has(id) === false) presence.set(id, id.active !== null);
  }

  #enqueue(variant: Variant): void {
    this.#queues[variant.rank]?.add(variant);
  }

  #enqueueRivals(variant: Variant, wanted: (rival: Variant) => boolean): void {
    for (const claim of variant.claims) {
      if (claim.isOnlyOf(variant)) continue;
      for (const rival of claim.claimants) {
        if (rival !== variant && rival.contributions.length > 0 && wanted(rival)) this.#enqueue(rival);
      }
    }
  }

  /** Referrers of entities of a type that is decided, where an entity has come or gone: new content does not concern them. */
  #enqueueReferrers(rank: number): void {
    for (const [id, wasPresent] of this.#presence[rank] ?? []) {
      if (wasPresent === (id.active !== null)) continue;
      for (const referrer of id.referrers) {
        if (referrer.contributions.length > 0) this.#enqueue(referrer);
      }
    }
  }
}
