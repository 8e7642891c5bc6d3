import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { residentBytes } from './resident.ts';

let proc: string;

beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'testbed-'));
});

afterEach(() => {
  rmSync(proc, { recursive: true });
});

function add(id: number, parent: number, name: string, pages: number): void {
  mkdirSync(join(proc, String(id)));
  writeFileSync(join(proc, String(id), 'stat'), `${id} (${name}) S ${parent} 1 1 0`);
  writeFileSync(join(proc, String(id), 'statm'), `9999 ${pages} 1 1 0 1 0`);
}

it('sums what descends from a process by program, largest first, and nothing else', () => {
  add(1, 0, 'init', 1000);
  add(10, 1, 'unshare', 1);
  add(11, 10, 'node', 20);
  add(12, 11, 'shim', 5);
  add(13, 11, 'shim', 6);
  // A program's name may look like the end of it.
  add(14, 13, 'a) S 1 (b', 30);
  add(20, 1, 'other', 500);
  mkdirSync(join(proc, 'sys'));
  expect([...residentBytes(10, proc)]).toEqual([
    ['a) S 1 (b', { bytes: 30 * 4096, count: 1 }],
    ['node', { bytes: 20 * 4096, count: 1 }],
    ['shim', { bytes: 11 * 4096, count: 2 }],
    ['unshare', { bytes: 4096, count: 1 }],
  ]);
});

it('takes processes that end in the meantime as empty', () => {
  add(10, 1, 'unshare', 1);
  mkdirSync(join(proc, '11'));
  expect([...residentBytes(10, proc).keys()]).toEqual(['unshare']);
});
