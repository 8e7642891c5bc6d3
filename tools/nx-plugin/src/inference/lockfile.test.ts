import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const CHECKOUT = join(import.meta.dirname, '../../../..');

interface Manifest {
  readonly name?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function read<T>(path: string): T {
  return JSON.parse(readFileSync(join(CHECKOUT, path), 'utf8')) as T;
}

/** What `npm ci` looks for, and refuses a fresh clone without. */
function facts({ name, dependencies = {}, devDependencies = {} }: Manifest): object {
  return { name, dependencies, devDependencies };
}

test('the lockfile knows every package of the workspace with its dependencies: otherwise run npm install', () => {
  const { packages } = read<{ readonly packages: Readonly<Record<string, Manifest>> }>('package-lock.json');
  const roots = globSync('{{apps,tools,e2e}/*,libs/{*,*/*}}/package.json', {
    cwd: CHECKOUT,
    exclude: (path) => path.includes('node_modules'),
  }).map(dirname);
  expect(roots.length).toBeGreaterThan(50);
  for (const root of roots) expect(facts(packages[root] ?? {}), root).toMatchObject(facts(read(join(root, 'package.json'))));
});
