import { expect, it } from 'vitest';
import { WriteSpacing } from './write-spacing.ts';

const LIMITS = { firstMs: 100, maxMs: 500 };

it('grows while an object goes on changing, up to a limit', () => {
  const spacing = new WriteSpacing(LIMITS);
  const times = [0];
  for (let write = 0; write < 5; write++) times.push(spacing.begin(times.at(-1) as number));
  expect(times).toEqual([0, 100, 300, 700, 1200, 1700]);
});

it('starts over for an object that was left alone, and not before', () => {
  const spacing = new WriteSpacing(LIMITS);
  spacing.begin(0);
  expect(spacing.begin(1000)).toBe(1200);
  expect(spacing.begin(2001)).toBe(2101);
});
