import { describe, expect, it } from 'vitest';
import { distributionOf } from './distribution.ts';

describe('distributionOf', () => {
  it('takes percentiles that were measured, whatever the order', () => {
    const values = Array.from({ length: 200 }, (_, index) => 200 - index);
    expect(distributionOf(values)).toEqual({ count: 200, min: 1, mean: 100.5, p50: 100, p99: 198, max: 200 });
  });

  it('is one value throughout where there is one', () => {
    expect(distributionOf([7])).toEqual({ count: 1, min: 7, mean: 7, p50: 7, p99: 7, max: 7 });
  });

  it('has nothing to say of nothing', () => {
    expect(() => distributionOf([])).toThrow(RangeError);
  });
});
