/**
 * Smooth weighted round robin: every choice goes to whoever is most behind its share, so that any run of choices has close to
 * the right proportions and no backend gets a burst.
 * @see https://github.com/nginx/nginx/commit/52327e0627f49dbda1e8db695e63a4b0af4448b1
 */
export class WeightedChoice {
  readonly #weights: Float64Array;
  readonly #credit: Float64Array;
  readonly #total: number;

  /** @param weights not negative. */
  constructor(weights: readonly number[]) {
    this.#weights = Float64Array.from(weights);
    this.#credit = new Float64Array(weights.length);
    this.#total = weights.reduce((sum, weight) => sum + weight, 0);
  }

  /** Index of the next one; -1 when all weights are 0. */
  next(): number {
    if (this.#total === 0) return -1;
    const credit = this.#credit;
    let best = -1;
    for (let index = 0; index < credit.length; index++) {
      const weight = this.#weights[index] as number;
      if (weight === 0) continue;
      credit[index] = (credit[index] as number) + weight;
      if (best === -1 || (credit[index] as number) > (credit[best] as number)) best = index;
    }
    credit[best] = (credit[best] as number) - this.#total;
    return best;
  }
}
