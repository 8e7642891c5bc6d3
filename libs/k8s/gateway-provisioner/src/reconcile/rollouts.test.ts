import { FakeClock } from '@gibbon/time';
import { expect, it } from 'vitest';
import { Rollouts } from './rollouts.ts';

function setup() {
  const clock = new FakeClock();
  const done = new Set<string>();
  const rollouts = new Rollouts({ clock, isDone: (key) => Promise.resolve(done.has(key)) });
  return { clock, done, rollouts };
}

it('changes four Deployments at a time, and others as soon as one of these is available', async () => {
  const { clock, done, rollouts } = setup();
  expect(['a', 'b', 'c', 'd', 'e', 'a'].map((key) => rollouts.begin(key))).toEqual([true, true, true, true, false, true]);
  done.add('b');
  await clock.advanceAsync(1000);
  expect([rollouts.begin('e'), rollouts.begin('f')]).toEqual([true, false]);
  rollouts.dispose();
  expect(clock.pending).toBe(0);
});

it('waits for two minutes for one that does not become available', async () => {
  const { clock, rollouts } = setup();
  for (const key of ['a', 'b', 'c', 'd']) rollouts.begin(key);
  await clock.advanceAsync(119_000);
  expect(rollouts.begin('e')).toBe(false);
  await clock.advanceAsync(2000);
  expect(rollouts.begin('e')).toBe(true);
  rollouts.dispose();
});
