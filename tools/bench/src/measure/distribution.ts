/** How some measurements are distributed. Unit as measured. */
export interface Distribution {
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** @param values at least one. Percentiles are values that were measured: the smallest that so many are not above. */
export function distributionOf(values: readonly number[]): Distribution {
  if (values.length === 0) throw new RangeError('distributionOf: no values');
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number): number => sorted[Math.max(Math.ceil(sorted.length * share), 1) - 1] as number;
  return {
    count: sorted.length,
    min: rank(0),
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    p50: rank(0.5),
    p99: rank(0.99),
    max: rank(1),
  };
}
