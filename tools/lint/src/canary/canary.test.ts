import { globSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lint, storeProjectGraph, type LintRun } from './lint-run.ts';
import { CanaryWorkspace } from './workspace.ts';

/** The rules that a canary file says must fire on it, from its first line. */
function expectedRules(text: string): readonly string[] {
  const [, list = ''] = /^\/\/ expect: (.+)$/m.exec(text) ?? [];
  return list === 'nothing' ? [] : list.split(' ').sort();
}

describe('the canary', () => {
  let workspace: CanaryWorkspace;
  let projects: readonly string[];
  let result: LintRun;

  beforeAll(() => {
    workspace = new CanaryWorkspace();
    const lines = (count: number): string => Array.from({ length: count }, (_, line) => `  list.push(${line});`).join('\n');
    workspace.write(
      'libs/model/src/long-file.ts',
      `// expect: eslint(max-lines)\n/** Short. */\nexport const short = 1;\n${'// line\n'.repeat(500)}`,
    );
    workspace.write(
      'libs/model/src/long-function.ts',
      `// expect: eslint(max-lines-per-function)\n/** Long. */\nexport function long(list: number[]): void {\n${lines(60)}\n}\n`,
    );
    projects = storeProjectGraph(workspace.root);
    result = lint(workspace.root);
  }, 120_000);

  afterAll(() => workspace.dispose());

  test('every package became a project', () => {
    const packages = JSON.parse(readFileSync(join(workspace.root, 'packages.json'), 'utf8')) as Record<string, unknown>;
    expect(projects).toHaveLength(Object.keys(packages).length + 1);
  });

  test('exactly the expected rules fire, file by file', () => {
    const files = globSync('{apps,libs}/**/src/*.ts', { cwd: workspace.root }).sort();
    const expected = files.map((file) => [file, expectedRules(readFileSync(join(workspace.root, file), 'utf8'))]);
    expect(files.length).toBeGreaterThan(40);
    expect(files.map((file) => [file, result.fired.get(file) ?? []])).toEqual(expected);
    expect(result.exitCode).toBe(1);
  });

  test('a missing project graph fails instead of passing silently', () => {
    const empty = join(workspace.root, '.nx/empty');
    mkdirSync(empty, { recursive: true });
    const { exitCode, messages } = lint(workspace.root, { NX_WORKSPACE_DATA_DIRECTORY: empty });
    expect(exitCode).toBe(1);
    expect(messages).toContainEqual(expect.stringContaining('No project graph is stored'));
  });
});
