import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsTree, flushChanges } from 'nx/src/generators/tree.js';
import type { Tree } from '@nx/devkit';

const CHECKOUT = join(import.meta.dirname, '../../../../..');

/** A copy of the checkout's sources to generate into; what is installed is shared by links. */
export class WorkspaceCopy {
  readonly root: string = realpathSync(mkdtempSync(join(tmpdir(), 'gibbon-generated-')));

  constructor() {
    for (const file of [
      'package.json',
      'package-lock.json',
      'nx.json',
      '.oxlintrc.json',
      '.oxfmtrc.json',
      '.gitignore',
      'tsconfig.base.json',
      'tsconfig.json',
    ]) {
      cpSync(join(CHECKOUT, file), join(this.root, file));
    }
    for (const folder of ['apps', 'libs', 'tools']) {
      const filter = (path: string): boolean => !/[\\/](?:node_modules|dist|canary)(?:[\\/]|$)/.test(path.slice(CHECKOUT.length));
      cpSync(join(CHECKOUT, folder), join(this.root, folder), { recursive: true, filter });
    }
    const modules = join(this.root, 'node_modules');
    mkdirSync(join(modules, '@gibbon'), { recursive: true });
    for (const name of readdirSync(join(CHECKOUT, 'node_modules'))) {
      if (name !== '@gibbon' && name !== '.cache') symlinkSync(join(CHECKOUT, 'node_modules', name), join(modules, name));
    }
    this.linkPackages();
  }

  /** Runs a generator and writes what it made. */
  generate(generator: (tree: Tree) => unknown): void {
    const tree = new FsTree(this.root, false);
    generator(tree);
    flushChanges(this.root, tree.listChanges());
    this.linkPackages();
  }

  /** What `npm install` does for the packages of a workspace. */
  linkPackages(): void {
    for (const file of globSync('{apps,tools}/*/package.json', { cwd: this.root }).concat(
      globSync('libs/{*,*/*}/package.json', { cwd: this.root }),
    )) {
      const { name } = JSON.parse(readFileSync(join(this.root, file), 'utf8')) as { readonly name: string };
      const link = join(this.root, 'node_modules', name);
      if (!existsSync(link)) symlinkSync(join(this.root, file, '..'), link);
    }
  }

  /** Runs a script of an installed package. @returns its exit code and everything it printed. */
  run(script: string, ...args: readonly string[]): { readonly code: number | null; readonly output: string } {
    const env = {
      ...process.env,
      NX_DAEMON: 'false',
      NX_WORKSPACE_ROOT_PATH: this.root,
      VITEST: undefined,
      FORCE_COLOR: undefined,
      NO_COLOR: '1',
    };
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(this.root, 'node_modules', script), ...args], {
      cwd: this.root,
      env,
      encoding: 'utf8',
    });
    return { code: status, output: stdout + stderr };
  }

  /** Type checks one project, in the way of its `typecheck` target. */
  typecheck(project: string) {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/nx-plugin/src/compile/main.ts', 'typecheck', project], {
      cwd: this.root,
      encoding: 'utf8',
    });
    return { code: status, output: stdout + stderr };
  }

  /** Writes a file over. */
  write(path: string, text: string): void {
    writeFileSync(join(this.root, path), text);
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
