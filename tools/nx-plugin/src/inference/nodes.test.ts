import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { CreateNodesContextV2, ProjectConfiguration } from '@nx/devkit';
import { describe, expect, test } from 'vitest';
import { groupOf } from './groups.ts';
import { createNodesV2 } from './nodes.ts';

const CHECKOUT = join(import.meta.dirname, '../../../..');
const [pattern, infer] = createNodesV2;

async function project(root: string): Promise<Omit<ProjectConfiguration, 'root'>> {
  const file = join(root, 'package.json');
  const context: CreateNodesContextV2 = { nxJsonConfiguration: {}, workspaceRoot: CHECKOUT };
  const [[, { projects }] = ['', {}]] = await infer([file], undefined, context);
  const found = projects?.[root];
  if (found === undefined) throw new Error(`no project for ${root}`);
  return found;
}

describe('groups', () => {
  test.each([
    ['libs/contracts', 'contracts', 'shared'],
    ['libs/shared/http', 'util', 'shared'],
    ['libs/plugins/key-auth', 'plugin', 'data-plane'],
    ['libs/sources/ingress', 'source', 'control-plane'],
    ['libs/presets/proxy-standard', 'preset', 'data-plane'],
    ['libs/presets/controller-standard', 'preset', 'control-plane'],
    ['apps/gateway', 'app', 'app'],
    ['e2e/proxy', 'e2e', 'app'],
  ])('%s is type:%s scope:%s', (root, type, scope) => {
    expect(groupOf(root)).toEqual({ type, scope });
  });

  test.each(['libs/novel', 'libs/novelties/first', 'libs/presets/everything'])('%s is refused: it would have no tags', (root) => {
    expect(() => groupOf(root)).toThrow(root);
  });
});

describe('inferred projects', () => {
  test('every package of the checkout has one type and one scope', async () => {
    const roots = globSync(pattern, { cwd: CHECKOUT, exclude: (path) => path.includes('node_modules') }).map(
      (file) => file.replace(/\/?package\.json$/, '') || '.',
    );
    expect(roots.length).toBeGreaterThan(50);
    for (const root of roots) {
      expect((await project(root)).tags, root).toEqual([expect.stringMatching(/^type:/), expect.stringMatching(/^scope:/)]);
    }
  });

  test('a library is built, checked, linted and tested from the cache', async () => {
    const { targets = {} } = await project('libs/shared/http');
    expect(Object.keys(targets).sort()).toEqual(['build', 'lint', 'test', 'typecheck']);
    expect(Object.values(targets).map(({ cache }) => cache)).toEqual([true, true, true, true]);
    expect(targets['build']).toMatchObject({ dependsOn: ['^build'], outputs: ['{projectRoot}/dist'] });
  });

  test('black-box tests are never answered from the cache, and neither they nor tools are built', async () => {
    const { targets = {} } = await project('e2e/gateway');
    expect(targets['test']?.cache).toBe(false);
    expect(targets['build']).toBeUndefined();
    expect((await project('tools/lint')).targets?.['build']).toBeUndefined();
  });
});
