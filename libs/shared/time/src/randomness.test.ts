import { describe, expect, it } from 'vitest';
import { seededRandom } from './seeded-random.ts';
import { systemRandom } from './system-random.ts';

const UUID4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('systemRandom', () => {
  it('never repeats across refills of its pool', () => {
    const ids = new Set(Array.from({ length: 2000 }, () => systemRandom.hex(16)));
    expect(ids.size).toBe(2000);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  });

  it('serves lengths beyond its pool', () => {
    expect(systemRandom.hex(5000)).toHaveLength(10_000);
  });

  it('makes UUIDs of version 4', () => {
    expect(systemRandom.uuid()).toMatch(UUID4);
  });
});

describe('seededRandom', () => {
  it('repeats for the same seed and differs for another', () => {
    const take = (seed: number) => {
      const random = seededRandom(seed);
      return [random.float(), random.hex(8), random.uuid()];
    };
    expect(take(7)).toEqual(take(7));
    expect(take(7)).not.toEqual(take(8));
  });

  it('is uniform enough and within [0, 1)', () => {
    const random = seededRandom(1);
    const buckets = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) {
      const bucket = Math.floor(random.float() * 10);
      buckets[bucket] = (buckets[bucket] as number) + 1;
    }
    expect(Math.min(...buckets)).toBeGreaterThan(900);
    expect(Math.max(...buckets)).toBeLessThan(1100);
  });

  it('makes UUIDs of version 4', () => {
    const random = seededRandom(3);
    for (let i = 0; i < 50; i++) expect(random.uuid()).toMatch(UUID4);
  });
});
