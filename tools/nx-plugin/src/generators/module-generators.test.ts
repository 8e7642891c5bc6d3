import { globSync } from 'node:fs';
import { join } from 'node:path';
import { FsTree } from 'nx/src/generators/tree.js';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { balancer, health, plugin, translator } from './module-generators.ts';
import { WorkspaceCopy } from './testing/workspace-copy.ts';

const GENERATED = [
  ['plugin', plugin, 'libs/plugins/brand-new'],
  ['balancer', balancer, 'libs/balancers/brand-new'],
  ['health', health, 'libs/health/brand-new'],
  ['translator', translator, 'libs/translators/brand-new'],
] as const;

describe('generated modules, untouched', () => {
  let workspace: WorkspaceCopy;

  beforeAll(() => {
    workspace = new WorkspaceCopy();
    for (const [, generator] of GENERATED) workspace.generate((tree) => generator(tree, { name: 'brand-new', skipInstall: true }));
    workspace.run('nx/dist/bin/nx.js', 'show', 'projects');
  }, 60_000);
  afterAll(() => workspace.dispose());

  test.each(GENERATED)('%s has the files of a leaf module', (_, __, root) => {
    const files = globSync('**/*', { cwd: join(workspace.root, root), withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['package.json', 'README.md', 'index.ts', 'module.ts']));
    expect(files.filter(({ name }) => name.includes('.template') || name.includes('__'))).toEqual([]);
    expect(files.some(({ name }) => name.endsWith('.test.ts'))).toBe(true);
  });

  test.each(GENERATED)(
    '%s passes the type check',
    (_, __, root) => {
      expect(workspace.typecheck(root)).toEqual({ code: 0, output: '' });
    },
    30_000,
  );

  test('all pass lint', () => {
    const { code, output } = workspace.run(
      'oxlint/bin/oxlint',
      '--type-aware',
      '--deny-warnings',
      '-f',
      'unix',
      ...GENERATED.map(([, , root]) => root),
    );
    expect({ code, output }).toMatchObject({ code: 0, output: '' });
  }, 30_000);

  test('all are formatted', () => {
    expect(workspace.run('oxfmt/bin/oxfmt', '--list-different', ...GENERATED.map(([, , root]) => root))).toEqual({ code: 0, output: '' });
  });

  test('all pass their tests, the contract suites among them', () => {
    const args = GENERATED.flatMap(([, , root]) => [root]);
    const { code, output } = workspace.run('vitest/vitest.mjs', 'run', '--config', 'tools/vitest/vitest.config.ts', ...args);
    expect(output).toMatch(/Tests +\d+ passed/);
    expect({ code, output }).toMatchObject({ code: 0 });
  }, 60_000);
});

describe('generators refuse', () => {
  const tree = () => new FsTree(join(import.meta.dirname, '../../../..'), false);

  test.each(['Brand', 'brand_new', '-brand', 'brand--new', ''])('the name %j', (name) => {
    expect(() => plugin(tree(), { name })).toThrow('is not a module name');
  });

  test.each(['does things', 'Does things', "Doesn't.", 'Does <things>.'])('the summary %j', (summary) => {
    expect(() => plugin(tree(), { name: 'brand-new', summary })).toThrow('one sentence');
  });

  test('a module that exists', () => {
    expect(() => balancer(tree(), { name: 'round-robin' })).toThrow('libs/balancers/round-robin exists already');
  });
});

test('the callback says what is left to do', () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  void plugin(new FsTree('/nowhere', false), { name: 'brand-new', skipInstall: true })();
  expect(log).toHaveBeenCalledWith(expect.stringContaining('--modules libs/plugins/brand-new'));
  log.mockRestore();
});
