import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCgroups, hierarchies, removeCgroups } from './cgroups.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'testbed-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

describe('cgroups', () => {
  it('has one hierarchy with version 2', () => {
    writeFileSync(join(root, 'cgroup.controllers'), 'cpu memory\n');
    mkdirSync(join(root, 'system.slice'));
    expect(hierarchies(root)).toEqual([root]);
    createCgroups('/gibbon-testbed-x', root);
    expect(readFileSync(join(root, 'cgroup.subtree_control'), 'utf8')).toBe('+cpu +memory');
    expect(existsSync(join(root, 'gibbon-testbed-x'))).toBe(true);
  });

  it('has one for each controller with version 1, named ones too', () => {
    for (const name of ['cpu', 'systemd']) {
      mkdirSync(join(root, name));
      writeFileSync(join(root, name, 'cgroup.procs'), '');
    }
    mkdirSync(join(root, 'not-mounted'));
    expect(hierarchies(root)).toEqual([join(root, 'cpu'), join(root, 'systemd')]);
  });

  it('makes a group everywhere and removes it with all below it', async () => {
    for (const name of ['cpu', 'memory']) {
      mkdirSync(join(root, name));
      writeFileSync(join(root, name, 'cgroup.procs'), '');
    }
    createCgroups('/gibbon-testbed-x', root);
    mkdirSync(join(root, 'memory/gibbon-testbed-x/kubepods/pod1/container'), { recursive: true });
    mkdirSync(join(root, 'memory/gibbon-testbed-y'));
    await removeCgroups('/gibbon-testbed-x', root);
    expect([
      existsSync(join(root, 'cpu/gibbon-testbed-x')),
      existsSync(join(root, 'memory/gibbon-testbed-x')),
      existsSync(join(root, 'memory/gibbon-testbed-y')),
    ]).toEqual([false, false, true]);
    await removeCgroups('/gibbon-testbed-x', root);
  });

  it('waits until a group that is busy is free', async () => {
    mkdirSync(join(root, 'cpu/gibbon-testbed-x'), { recursive: true });
    writeFileSync(join(root, 'cpu/cgroup.procs'), '');
    // A folder with a file cannot be removed, as a group with processes cannot.
    const busy = join(root, 'cpu/gibbon-testbed-x/busy');
    writeFileSync(busy, '');
    const removed = removeCgroups('/gibbon-testbed-x', root);
    await new Promise(setImmediate);
    expect(existsSync(join(root, 'cpu/gibbon-testbed-x'))).toBe(true);
    rmSync(busy);
    await removed;
    expect(existsSync(join(root, 'cpu/gibbon-testbed-x'))).toBe(false);
  });
});
