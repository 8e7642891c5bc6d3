import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { differences, mend } from './files.ts';

describe('generated files', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'gibbon-deploy-'));
    mkdirSync(join(root, 'made/deep'), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('differ where they are missing, outdated or left over, and then do not', () => {
    for (const path of ['made/deep/old', 'made/same', 'made/changed', 'own']) writeFileSync(join(root, path), path);
    const generated = new Map([
      ['made/same', 'made/same'],
      ['made/changed', 'new'],
      ['made/other/new', 'new'],
    ]);
    const found = differences(root, generated, ['made', 'absent']);
    expect(found).toEqual([
      { path: 'made/changed', kind: 'outdated' },
      { path: 'made/other/new', kind: 'missing' },
      { path: 'made/deep/old', kind: 'left over' },
    ]);
    mend(root, generated, found);
    expect(differences(root, generated, ['made'])).toEqual([]);
    expect(readFileSync(join(root, 'made/changed'), 'utf8')).toBe('new');
    expect(existsSync(join(root, 'own'))).toBe(true);
  });
});
