import type { Variant } from './variant.ts';

/** One, several, or none of something: most have one, which then takes no set. */
type Few = Variant | Set<Variant> | null;

/**
 * Something that only one entity may have, with those who want it: an id, or a unique value. Ids are what others refer to, so
 * those are here too. Variants keep the slots that concern them, so that deciding them looks nothing up.
 */
export class Slot {
  readonly key: string;
  #claimants: Few = null;
  #referrers: Few = null;

  constructor(key: string) {
    this.key = key;
  }

  /** Whether nobody is concerned any more. */
  get isFree(): boolean {
    return this.#claimants === null && this.#referrers === null;
  }

  /** Variants that have it or want it, in no order. */
  get claimants(): Iterable<Variant> {
    return each(this.#claimants);
  }

  /** Variants that refer to it, in no order. */
  get referrers(): Iterable<Variant> {
    return each(this.#referrers);
  }

  /** The variant that is in the configuration, of those that claim it; of several the first that claimed it. */
  get active(): Variant | null {
    for (const variant of each(this.#claimants)) if (variant.active) return variant;
    return null;
  }

  /** Whether nobody but this variant claims it. */
  isOnlyOf(variant: Variant): boolean {
    return this.#claimants === variant;
  }

  claim(variant: Variant): void {
    this.#claimants = plus(this.#claimants, variant);
  }

  unclaim(variant: Variant): void {
    this.#claimants = minus(this.#claimants, variant);
  }

  refer(variant: Variant): void {
    this.#referrers = plus(this.#referrers, variant);
  }

  unrefer(variant: Variant): void {
    this.#referrers = minus(this.#referrers, variant);
  }
}

const NOBODY: readonly Variant[] = Object.freeze([]);

function each(few: Few): Iterable<Variant> {
  if (few === null) return NOBODY;
  return few instanceof Set ? few : [few];
}

function plus(few: Few, variant: Variant): Few {
  if (few === null || few === variant) return variant;
  if (!(few instanceof Set)) return new Set([few, variant]);
  few.add(variant);
  return few;
}

function minus(few: Few, variant: Variant): Few {
  if (few === variant) return null;
  if (!(few instanceof Set)) return few;
  few.delete(variant);
  return few.size === 0 ? null : few;
}
