import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CHECKOUT } from './checkout-packages.ts';
import { runCommand } from './run-command.ts';

const QUIET = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];

/** A folder that knows nothing of the checkout: packages come as tarballs, externals from the registry or npm's cache. */
export class Outside {
  readonly root: string = realpathSync(mkdtempSync(join(tmpdir(), 'gibbon-outside-')));

  /** Absolute path of something inside. */
  path(...parts: readonly string[]): string {
    return join(this.root, ...parts);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  /** Installs tarballs into a folder, each by its package's name. */
  async install(folder: string, tarballs: ReadonlyMap<string, string>): Promise<void> {
    const dependencies = Object.fromEntries([...tarballs].map(([name, file]) => [name, `file:${file}`]));
    this.write(
      `${folder}/package.json`,
      JSON.stringify({ name: 'outside', version: '1.0.0', private: true, type: 'module', dependencies }),
    );
    await runCommand('npm', ['install', ...QUIET], { cwd: this.path(folder) });
  }

  /**
   * Publishes an example as its author would: in a folder with the contracts and a compiler and nothing else.
   * @returns path of the tarball.
   */
  async packExample(name: string, contracts: string): Promise<string> {
    const author = `authors/${name}`;
    await this.install(author, new Map([['@gibbon/contracts', contracts]]));
    symlinkSync(join(CHECKOUT, 'node_modules/@typescript/native'), this.path(author, 'node_modules/typescript'));
    mkdirSync(this.path(author, 'node_modules/.bin'), { recursive: true });
    symlinkSync('../typescript/bin/tsc', this.path(author, 'node_modules/.bin/tsc'));
    const source = this.path(author, 'package');
    cpSync(join(CHECKOUT, 'examples', name), source, { recursive: true, filter: (path) => !/[\\/](?:node_modules|dist)$/.test(path) });
    const { stdout } = await runCommand('npm', ['pack', '--silent', `--pack-destination=${this.root}`], { cwd: source });
    return this.path(stdout.trim().split('\n').at(-1) ?? '');
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
