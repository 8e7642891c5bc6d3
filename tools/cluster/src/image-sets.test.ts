import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepImageSet } from './image-sets.ts';

const NOW = new Date('2026-11-24T12:00:00Z');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gibbon-sets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function set(name: string, minutesAgo: number): void {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'proxy.tar'), '');
  const at = new Date(NOW.getTime() - minutesAgo * 60_000);
  utimesSync(join(folder, name), at, at);
}

it('keeps the set in use, the two that were used last, and what somebody may be loading', () => {
  set('used', 600);
  for (const [name, minutes] of [
    ['last', 5],
    ['one-before', 6],
    ['recent', 7],
    ['old', 60],
    ['older', 120],
  ] as const)
    set(name, minutes);
  keepImageSet(folder, 'used', NOW);
  expect(readdirSync(folder).toSorted()).toEqual(['last', 'one-before', 'recent', 'used']);
  // Being used made it the latest.
  keepImageSet(folder, 'recent', new Date(NOW.getTime() + 60_000 * 60));
  expect(readdirSync(folder).toSorted()).toEqual(['last', 'recent', 'used']);
});
