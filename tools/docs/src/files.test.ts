import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { differences, mend } from './files.ts';
import { replaceMarked } from './marked-section.ts';

describe('generated files', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'gibbon-docs-'));
    mkdirSync(join(root, 'reference'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  test('what differs is named and mended, and then nothing differs', () => {
    writeFileSync(join(root, 'reference/old.md'), 'gone');
    writeFileSync(join(root, 'reference/same.md'), 'same');
    writeFileSync(join(root, 'README.md'), 'before');
    const generated = new Map([
      ['reference/same.md', 'same'],
      ['reference/new/page.md', 'new'],
      ['README.md', 'after'],
    ]);
    const found = differences(root, generated, 'reference');
    expect(found).toEqual([
      { path: 'reference/new/page.md', kind: 'missing' },
      { path: 'README.md', kind: 'outdated' },
      { path: 'reference/old.md', kind: 'left over' },
    ]);
    mend(root, generated, found);
    expect(differences(root, generated, 'reference')).toEqual([]);
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toBe('after');
    expect(existsSync(join(root, 'reference/old.md'))).toBe(false);
  });
});

describe('replaceMarked', () => {
  test('replaces what stands between the markers and nothing else', () => {
    expect(replaceMarked('a\n<!-- x -->\nold\n<!-- /x -->\nb', 'x', 'new')).toBe('a\n<!-- x -->\nnew\n<!-- /x -->\nb');
    expect(replaceMarked('<!-- x -->\n<!-- /x -->', 'x', 'new')).toBe('<!-- x -->\nnew\n<!-- /x -->');
  });

  test.each(['no markers', '<!-- x -->', '<!-- /x --> <!-- x -->'])('is null without both markers in order: %s', (text) => {
    expect(replaceMarked(text, 'x', '')).toBeNull();
  });
});
