import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Root of this checkout. */
export const CHECKOUT: string = join(import.meta.dirname, '../../../..');

const CANARY = join(CHECKOUT, 'tools/lint/canary');
const SCOPE = '@canary';

/** A throw-away workspace with the checkout's own lint and Nx configuration around the canary's packages. */
export class CanaryWorkspace {
  readonly root: string;

  constructor() {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), 'gibbon-canary-')));
    cpSync(CANARY, this.root, { recursive: true });
    for (const file of ['package-lock.json', 'tsconfig.base.json', 'tsconfig.json', '.gitignore'])
      cpSync(join(CHECKOUT, file), join(this.root, file));
    this.#writeConfiguration();
    this.#linkModules();
    this.#writePackages();
  }

  /** Adds a file; parents are made. @param path from the workspace's root. */
  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #writeConfiguration(): void {
    const lint = readFileSync(join(CHECKOUT, '.oxlintrc.json'), 'utf8');
    this.write('.oxlintrc.json', lint.replace('./tools/lint/src/index.ts', join(CHECKOUT, 'tools/lint/src/index.ts')));
    const nx = JSON.parse(readFileSync(join(CHECKOUT, 'nx.json'), 'utf8')) as Record<string, unknown>;
    this.write('nx.json', JSON.stringify({ ...nx, plugins: [join(CHECKOUT, 'tools/nx-plugin/src/index.ts')] }));
    this.write('package.json', readFileSync(join(CHECKOUT, 'package.json'), 'utf8'));
  }

  /** The checkout's packages, each by its own link so that the canary's can stand beside them. */
  #linkModules(): void {
    const target = join(this.root, 'node_modules');
    mkdirSync(target);
    for (const name of readdirSync(join(CHECKOUT, 'node_modules'))) {
      if (name !== '.cache' && name !== '.package-lock.json') symlinkSync(join(CHECKOUT, 'node_modules', name), join(target, name));
    }
    mkdirSync(join(target, SCOPE));
  }

  #writePackages(): void {
    const packages = JSON.parse(readFileSync(join(CANARY, 'packages.json'), 'utf8')) as Record<string, readonly string[]>;
    for (const [root, dependencies] of Object.entries(packages)) {
      const name = root.replace(/^libs\//, '').replaceAll('/', '-');
      const manifest = {
        name: `${SCOPE}/${name}`,
        version: '0.1.0',
        type: 'module',
        exports: { '.': './src/index.ts' },
        dependencies: Object.fromEntries(dependencies.map((dependency) => [dependency, '*'])),
      };
      this.write(`${root}/package.json`, JSON.stringify(manifest));
      symlinkSync(join(this.root, root), join(this.root, 'node_modules', SCOPE, name));
    }
  }
}
