import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { cgroupProblem } from './isolation.ts';

describe('groups of its own', () => {
  let root = '';
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function hierarchy(...names: readonly string[]): void {
    root = mkdtempSync(join(tmpdir(), 'gibbon-cgroups-'));
    for (const name of names) {
      mkdirSync(join(root, name));
      writeFileSync(join(root, name, 'cgroup.procs'), '');
    }
  }

  it('are tried in every hierarchy, and nothing is left', () => {
    hierarchy('cpu', 'memory');
    expect(cgroupProblem(root)).toBeNull();
    expect(readdirSync(join(root, 'cpu'))).toEqual(['cgroup.procs']);
  });

  it('cannot be had where there are no hierarchies', () => {
    hierarchy();
    expect(cgroupProblem(root)).toBe('a testbed needs cgroups of its own, which this machine refuses: none are mounted');
    expect(cgroupProblem(join(root, 'absent'))).toMatch(/^a testbed needs cgroups of its own, which this machine refuses: ENOENT/);
  });

  it('cannot be had where one of them refuses', () => {
    hierarchy('cpu');
    writeFileSync(join(root, 'cpu', `gibbon-testbed-probe-${process.pid}`), 'in the way');
    expect(cgroupProblem(root)).toMatch(/which this machine refuses: EEXIST/);
  });
});
