import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isBuilt, moduleFolder, programPath } from './build.ts';
import { GO_MODULES, type GoModule } from './modules.ts';

let cache: string;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'testbed-'));
});

afterEach(() => {
  rmSync(cache, { recursive: true });
});

describe('the cache of built parts', () => {
  const [first] = GO_MODULES as readonly [GoModule];

  it('keeps each version and each way of building apart, and is the same for the same', () => {
    const folder = moduleFolder(first, cache);
    expect(moduleFolder({ ...first }, cache)).toBe(folder);
    expect(moduleFolder({ ...first, linkerFlags: '-s' }, cache)).not.toBe(folder);
    expect(moduleFolder({ ...first, requires: { path: 'example.com/x', version: '1.0.0' } }, cache)).not.toBe(folder);
  });

  it('has a place for every program that components and images are made of', () => {
    const names = GO_MODULES.flatMap(({ programs }) => programs.map(({ name }) => name));
    expect(new Set(names.map((name) => programPath(name, cache))).size).toBe(names.length);
    expect(() => programPath('kubectx', cache)).toThrow('no part is named kubectx');
  });

  it('is complete when every module is there', () => {
    expect(isBuilt(cache)).toBe(false);
    for (const module of GO_MODULES) {
      expect(isBuilt(cache)).toBe(false);
      mkdirSync(moduleFolder(module, cache));
    }
    expect(isBuilt(cache)).toBe(true);
  });
});
