import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const CHECKOUT = join(import.meta.dirname, '../../../..');

describe('compile', () => {
  let root: string;

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'gibbon-compile-')));
    symlinkSync(join(CHECKOUT, 'node_modules'), join(root, 'node_modules'));
    cpSync(join(CHECKOUT, 'tsconfig.base.json'), join(root, 'tsconfig.base.json'));
    write('libs/a/package.json', '{ "name": "a", "type": "module" }');
    write('libs/a/src/index.ts', "import type { B } from './b.ts';\nimport { b } from './b.ts';\nexport const a: B = b;\n");
    write('libs/a/src/b.ts', 'export interface B {\n  readonly n: number;\n}\nexport const b: B = { n: 1 };\n');
    write('libs/a/src/b.test.ts', "import { b } from './b.ts';\nexport const n: string = b.n;\n");
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  function compile(...args: readonly string[]) {
    return spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], { cwd: root, encoding: 'utf8' });
  }

  test('build emits JavaScript and declarations that Node and TypeScript resolve, without tests', () => {
    write('libs/a/dist/stale.js', '');
    expect(compile('build', 'libs/a')).toMatchObject({ status: 0, stdout: '' });
    expect(readFileSync(join(root, 'libs/a/dist/index.js'), 'utf8')).toBe("import { b } from './b.js';\nexport const a = b;\n");
    expect(readFileSync(join(root, 'libs/a/dist/index.d.ts'), 'utf8')).toContain('export declare const a: B;');
    expect(existsSync(join(root, 'libs/a/dist/b.test.js'))).toBe(false);
    expect(existsSync(join(root, 'libs/a/dist/stale.js'))).toBe(false);
  });

  test('build names threads by their emitted files', () => {
    write(
      'libs/a/src/thread.ts',
      "export const url = new URL('./b.ts', import.meta.url);\nexport const other = new URL('./data.ts', 'file:///');\n",
    );
    expect(compile('build', 'libs/a')).toMatchObject({ status: 0 });
    const emitted = readFileSync(join(root, 'libs/a/dist/thread.js'), 'utf8');
    expect(emitted).toContain("new URL('./b.js', import.meta.url)");
    expect(emitted).toContain("new URL('./data.ts', 'file:///')");
  });

  test('typecheck looks at tests too, and emits nothing', () => {
    const { status, stdout } = compile('typecheck', 'libs/a');
    expect(status).not.toBe(0);
    expect(stdout).toMatch(/b\.test\.ts.*TS2322/);
    expect(existsSync(join(root, 'libs/a/dist'))).toBe(false);
  });

  test.each([[], ['build'], ['watch', 'libs/a'], ['build', 'libs/none']])('a wrong call says how it is used: %j', (...args) => {
    expect(compile(...args)).toMatchObject({ status: 2, stderr: expect.stringContaining('usage:') as string });
  });
});
