import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadPackages } from './load.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gibbon-load-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function writePackage(path: string, manifest: object, code: string): void {
  mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, path, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, path, 'index.js'), code);
}

const good = { name: '@acme/waf', version: '1.0.0', type: 'module', exports: './index.js', gibbon: { api: 1, kinds: ['plugin'] } };

describe('loadPackages', () => {
  test('loads a package by name and a folder by path', async () => {
    writePackage('node_modules/@acme/waf', good, 'export default { id: "one" };');
    writePackage('local', { version: '2.0.0', type: 'module', main: 'index.js', gibbon: { api: 1 } }, 'export default [{ id: "two" }];');
    const { packages, problems } = await loadPackages(['@acme/waf', './local'], folder);
    expect(problems).toEqual([]);
    expect(packages).toEqual([
      { definitions: [{ id: 'one' }], origin: { packageName: '@acme/waf', packageVersion: '1.0.0' } },
      { definitions: [{ id: 'two' }], origin: { packageName: './local', packageVersion: '2.0.0' } },
    ]);
  });

  test('says of each package why it cannot be loaded', async () => {
    writePackage('node_modules/plain', { name: 'plain', version: '1.0.0' }, '');
    writePackage('node_modules/later', { ...good, name: 'later', gibbon: { api: 7 } }, '');
    writePackage('node_modules/mute', { ...good, name: 'mute' }, 'export const x = 1;');
    writePackage('node_modules/broken', { ...good, name: 'broken' }, 'throw new Error("at load");');
    const { packages, problems } = await loadPackages(['absent', 'plain', 'later', 'mute', 'broken'], folder);
    expect(packages).toEqual([]);
    expect(problems.map(({ subject }) => subject)).toEqual(
      ['absent', 'plain', 'later', 'mute', 'broken'].map((name) => `module package "${name}"`),
    );
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('there is no such package'),
      expect.stringContaining('not a Gibbon module package'),
      expect.stringContaining('version 7 of the module contract'),
      expect.stringContaining('no default export'),
      'at load',
    ]);
  });
});
