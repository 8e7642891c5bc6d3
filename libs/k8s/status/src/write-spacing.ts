/** Limits of a {@link WriteSpacing}, milliseconds. */
export interface SpacingLimits {
  /** Between the first two writes. */
  readonly firstMs: number;
  readonly maxMs: number;
}

/** An object that has been left alone for so many times the longest space starts over. */
const RESTED = 2;

/**
 * The space between two writes of one object: short for one that changes now and then, and twice as long each time for one
 * that goes on changing, such as a Gateway whose routes are being counted.
 */
export class WriteSpacing {
  readonly #limits: SpacingLimits;
  #spaceMs = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(limits: SpacingLimits) {
    this.#limits = limits;
  }

  /** A write begins now. @returns the time before which there is to be no other. */
  begin(nowMs: number): number {
    const { firstMs, maxMs } = this.#limits;
    const rested = nowMs - this.#lastMs > RESTED * maxMs;
    this.#spaceMs = rested ? firstMs : Math.min(this.#spaceMs * 2, maxMs);
    this.#lastMs = nowMs;
    return nowMs + this.#spaceMs;
  }
}
