import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { rewriteUrls } from './rewrite-urls.ts';
import { compilerConfiguration, type CompileMode } from './tsconfig.ts';

const FOLDER = '.nx/tsconfig';
const COMPILER = 'node_modules/@typescript/native/bin/tsc';

/** Compiles one project; run in the workspace's root as `main.ts typecheck|build <project folder>`. @returns the exit code. */
function main(mode: string | undefined, root: string | undefined): number {
  if ((mode !== 'typecheck' && mode !== 'build') || root === undefined || !existsSync(`${root}/package.json`)) {
    process.stderr.write('usage: main.ts typecheck|build <project folder>\n');
    return 2;
  }
  if (mode === 'build') rmSync(`${root}/dist`, { recursive: true, force: true });
  const { status } = spawnSync(process.execPath, [COMPILER, '-p', writeConfiguration(mode, root)], { stdio: 'inherit' });
  if (mode === 'build' && status === 0) rewriteUrls(`${root}/dist`);
  return status ?? 1;
}

function writeConfiguration(mode: CompileMode, root: string): string {
  mkdirSync(FOLDER, { recursive: true });
  const file = `${FOLDER}/${root.replaceAll('/', '-')}.${mode}.json`;
  writeFileSync(file, `${JSON.stringify(compilerConfiguration(mode, root, FOLDER), null, 2)}\n`);
  return file;
}

process.exitCode = main(process.argv[2], process.argv[3]);
