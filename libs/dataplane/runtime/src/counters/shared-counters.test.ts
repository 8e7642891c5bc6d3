import { FakeClock } from '@gibbon/time';
import { beforeEach, describe, expect, it } from 'vitest';
import { allocateCounters } from './layout.ts';
import { createCounters } from './shared-counters.ts';

describe('createCounters', () => {
  let clock: FakeClock;
  const SECOND = 1_000;

  beforeEach(() => {
    clock = new FakeClock();
  });

  it('adds, returns the sum, and reads it back', () => {
    const counters = createCounters({ clock });
    const end = clock.now() + SECOND;
    expect(counters.get('a')).toBe(0);
    expect(counters.add('a', 1, end)).toBe(1);
    expect(counters.add('a', 5, end)).toBe(6);
    expect(counters.add('a', -2, end)).toBe(4);
    expect(counters.add('b', 1, end)).toBe(1);
    expect([counters.get('a'), counters.get('b'), counters.get('c')]).toEqual([4, 1, 0]);
  });

  it('counts beyond 32 bits', () => {
    const counters = createCounters({ clock });
    counters.add('bytes', 2 ** 40, clock.now() + SECOND);
    expect(counters.add('bytes', 3, clock.now() + SECOND)).toBe(2 ** 40 + 3);
  });

  it('keeps the first expiry, and starts anew at that moment', () => {
    const counters = createCounters({ clock });
    counters.add('a', 3, clock.now() + SECOND);
    counters.add('a', 1, clock.now() + 10 * SECOND);
    clock.jump(SECOND - 1);
    expect(counters.get('a')).toBe(4);
    clock.jump(1);
    expect(counters.get('a')).toBe(0);
    expect(counters.add('a', 1, clock.now() + SECOND)).toBe(1);
    expect(counters.get('a')).toBe(1);
  });

  it('does not keep what has expired when it comes', () => {
    const counters = createCounters({ clock });
    expect(counters.add('a', 2, clock.now())).toBe(2);
    expect(counters.add('a', 2, NaN)).toBe(2);
    expect(counters.get('a')).toBe(0);
  });

  it('treats keys as what they are: empty, long, beyond ASCII, alike', () => {
    const counters = createCounters({ clock });
    const keys = [
      '',
      ' ',
      '\0',
      '\0\0',
      'ab',
      'ba',
      'aab',
      'é',
      'e\u0301',
      '\ud83d\ude00',
      '\ud83d\ude01',
      'x'.repeat(10_000),
      'x'.repeat(10_001),
    ];
    keys.forEach((key, index) => counters.add(key, index + 1, clock.now() + SECOND));
    expect(keys.map((key) => counters.get(key))).toEqual(keys.map((_, index) => index + 1));
  });

  it('holds a quarter of its capacity of like-looking keys without losing one', () => {
    const counters = createCounters({ clock, buffer: allocateCounters(16_384) });
    const end = clock.now() + SECOND;
    for (let n = 0; n < 4_096; n += 1) counters.add(`ratelimit:10.0.${n >> 8}.${n & 255}:1700000000000:second`, n, end);
    for (let n = 0; n < 4_096; n += 1) expect(counters.get(`ratelimit:10.0.${n >> 8}.${n & 255}:1700000000000:second`)).toBe(n);
    expect(counters.evictions).toBe(0);
  });

  it('evicts what is nearest to expiry when full, and expired counters before live ones', () => {
    const counters = createCounters({ clock, buffer: allocateCounters(1) });
    expect(counters.capacity).toBe(32);
    const start = clock.now();
    for (let n = 0; n < 32; n += 1) counters.add(`k${n}`, 1, start + SECOND * (n === 7 ? 1 : n + 2));
    counters.add('new', 1, start + 100 * SECOND);
    expect(counters.evictions).toBe(1);
    expect(counters.get('k7')).toBe(0);
    expect([counters.get('k0'), counters.get('k31'), counters.get('new')]).toEqual([1, 1, 1]);
    clock.jump(2 * SECOND);
    counters.add('newer', 1, start + 100 * SECOND);
    expect(counters.evictions).toBe(1);
    expect([counters.get('k0'), counters.get('k1'), counters.get('newer')]).toEqual([0, 1, 1]);
  });

  it('shares a buffer between users', () => {
    const one = createCounters({ clock });
    const two = createCounters({ clock, buffer: one.buffer });
    one.add('a', 1, clock.now() + SECOND);
    expect(two.add('a', 1, clock.now() + SECOND)).toBe(2);
    expect(one.get('a')).toBe(2);
  });

  it('rejects memory that is not a table', () => {
    for (const bytes of [0, 8, 4_096]) {
      expect(() => createCounters({ clock, buffer: new SharedArrayBuffer(bytes) })).toThrow(
        expect.objectContaining({ code: 'GW_COUNTERS_BUFFER' }),
      );
    }
  });
});
