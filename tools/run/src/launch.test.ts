import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** An application that says how it was started, then waits for signals and says which came. */
const APPLICATION = `
let stops = 0;
process.on('SIGTERM', () => process.exit(9));
process.on('SIGINT', () => {
  stops += 1;
  setTimeout(() => { console.log('stopped by ' + stops); process.exit(7); }, 400);
});
console.log(JSON.stringify({ pid: process.pid, args: process.argv.slice(2), flags: process.execArgv, cache: process.env.NODE_COMPILE_CACHE }));
if (process.argv.includes('fail')) process.exit(3);
setInterval(() => {}, 1000);
`;

const FAKE_NPM = `
const { appendFileSync, writeFileSync } = require('node:fs');
appendFileSync('npm-calls', process.argv.slice(2).join(' '));
writeFileSync('node_modules/.package-lock.json', '{}');
`;

/** A stand-in for a checkout: the real launchers, a lockfile, the pinned Node, and an application. */
class Checkout {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'gibbon-run-')));
  readonly #children: ChildProcess[] = [];

  constructor() {
    cpSync(join(import.meta.dirname, '..'), join(this.root, 'tools/run'), { recursive: true });
    this.write('package-lock.json', '{}');
    this.write('apps/cli/src/main.ts', APPLICATION);
    this.write('npm-cli.js', FAKE_NPM);
    this.write('node_modules/.package-lock.json', '{}');
    mkdirSync(join(this.root, `node_modules/node-${process.platform}-${process.arch}/bin`), { recursive: true });
    symlinkSync(process.execPath, join(this.root, `node_modules/node-${process.platform}-${process.arch}/bin/node`));
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  gibbon(...args: readonly string[]) {
    return this.launch('tools/run/gibbon.mjs', ...args);
  }

  launch(script: string, ...args: readonly string[]) {
    const env = { ...process.env, NODE_COMPILE_CACHE: undefined, npm_execpath: join(this.root, 'npm-cli.js') };
    const launcher = spawn(process.execPath, [join(this.root, script), ...args], {
      cwd: this.root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#children.push(launcher);
    return new Launched(launcher);
  }

  dispose(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.root, { recursive: true, force: true });
  }
}

class Launched {
  readonly launcher: ChildProcess;
  stdout = '';
  stderr = '';

  constructor(launcher: ChildProcess) {
    this.launcher = launcher;
    launcher.stdout?.on('data', (chunk) => (this.stdout += chunk));
    launcher.stderr?.on('data', (chunk) => (this.stderr += chunk));
  }

  async started(): Promise<{ pid: number; args: string[]; flags: string[]; cache: string }> {
    while (!this.stdout.includes('\n')) await once(this.launcher.stdout!, 'data');
    return JSON.parse(this.stdout.slice(0, this.stdout.indexOf('\n')));
  }

  async exit(): Promise<number | null> {
    const [code] = this.launcher.exitCode === null ? await once(this.launcher, 'close') : [this.launcher.exitCode];
    return code as number | null;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.skipIf(process.platform === 'win32')('launchers', () => {
  let checkout: Checkout;

  beforeEach(() => {
    checkout = new Checkout();
  });
  afterEach(() => checkout.dispose());

  test('run the entry from source with its arguments, and end with its exit code', async () => {
    const run = checkout.gibbon('gateway', '--manifests', 'a b', 'fail');
    expect(await run.exit()).toBe(3);
    const { args, flags, cache } = await run.started();
    expect(args).toEqual(['gateway', '--manifests', 'a b', 'fail']);
    expect(flags).toContain('--conditions=@gibbon/source');
    expect(cache).toBe(join(checkout.root, 'node_modules/.cache/node-compile'));
    expect(run.stderr).toBe('');
  });

  test('one Ctrl-C reaches the child once, though terminal and npm both send it', async () => {
    const run = checkout.gibbon('gateway');
    const { pid } = await run.started();
    run.launcher.kill('SIGINT');
    run.launcher.kill('SIGINT');
    expect(await run.exit()).toBe(7);
    expect(run.stdout).toContain('stopped by 1\n');
    expect(isAlive(pid)).toBe(false);
  });

  test('a launcher that is killed takes the child along', async () => {
    const run = checkout.gibbon('gateway');
    const { pid } = await run.started();
    run.launcher.kill('SIGKILL');
    await once(run.launcher, 'exit');
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
  });

  test('npm that is killed takes everything along', async () => {
    checkout.write(
      'npm-run.mjs',
      "import { spawn } from 'node:child_process';\nspawn(process.execPath, ['tools/run/gibbon.mjs'], { stdio: 'inherit', env: { ...process.env, npm_lifecycle_event: 'gibbon' } });",
    );
    const npm = checkout.launch('npm-run.mjs');
    const { pid } = await npm.started();
    npm.launcher.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
  });

  test('a fork of the application keeps its own channel', async () => {
    checkout.write('apps/cli/src/fork.ts', "process.send?.('from the fork'); process.once('disconnect', () => {});");
    checkout.write(
      'apps/cli/src/main.ts',
      "import { fork } from 'node:child_process';\nfork(new URL('./fork.ts', import.meta.url).pathname).on('message', (text) => { console.log(text); process.exit(0); });",
    );
    const run = checkout.gibbon();
    expect(await run.exit()).toBe(0);
    expect(run.stdout).toBe('from the fork\n');
  });

  test('install once when several start together, also after one that was killed meanwhile', async () => {
    utimesSync(join(checkout.root, 'node_modules/.package-lock.json'), 1, 1);
    checkout.write('.npm-install.lock', '999999999');
    const runs = [1, 2, 3].map(() => checkout.gibbon('fail'));
    expect(await Promise.all(runs.map((run) => run.exit()))).toEqual([3, 3, 3]);
    expect(readFileSync(join(checkout.root, 'npm-calls'), 'utf8').match(/^ci|ci --/g)).toHaveLength(1);
    expect(existsSync(join(checkout.root, '.npm-install.lock'))).toBe(false);
  });

  test('install when nothing is installed or the lockfile is newer, saying one line, and only then', async () => {
    const installed = join(checkout.root, 'node_modules/.package-lock.json');
    const calls = join(checkout.root, 'npm-calls');
    await checkout.gibbon('fail').exit();
    expect(existsSync(calls)).toBe(false);

    utimesSync(installed, 1, 1);
    const run = checkout.gibbon('fail');
    expect(await run.exit()).toBe(3);
    expect(readFileSync(calls, 'utf8')).toMatch(/^ci /);
    expect(run.stderr).toMatch(/^Installing dependencies [^\n]*\n$/);

    rmSync(installed);
    rmSync(calls);
    await checkout.gibbon('fail').exit();
    expect(existsSync(calls)).toBe(true);
  });

  test('stop where the install fails', async () => {
    rmSync(join(checkout.root, 'node_modules/.package-lock.json'));
    checkout.write('npm-cli.js', 'process.exit(5);');
    const run = checkout.gibbon('gateway');
    expect(await run.exit()).toBe(1);
    expect(run.stderr).toContain('npm ci failed with exit code 5');
    expect(run.stdout).toBe('');
  });
});
