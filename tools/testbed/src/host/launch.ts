import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Layout } from '../configuration/layout.ts';
import { createPki } from '../configuration/pki.ts';
import { configurationFiles, planOf, writeFiles } from '../configuration/plan.ts';
import { programPath } from '../parts/build.ts';
import type { TestbedStatus } from '../supervisor/control-server.ts';
import { createCgroups } from './cgroups.ts';
import { fetchStatus } from './control-client.ts';
import { isRunning, logTail, removeTestbed } from './sweep.ts';

/** How to start the processes of a testbed. */
export interface LaunchOptions {
  /** Tars of images. */
  readonly images: readonly string[];
  /** Port on the machine's loopback interface for the API server; 0: any. */
  readonly apiPort: number;
  /** Whether the testbed outlives this process. */
  readonly detached: boolean;
}

/** Inherited files of the supervisor: input, output, errors, and the socket for the API. */
const INHERITED_FILES = 4;
const API_LISTENER = 3;
const POLL_MS = 25;
/** Somebody may be looking at the lock at this moment. */
const LOCK_TIMEOUT_S = 5;

/**
 * Writes a testbed's files and starts its processes; done when they hold its lock.
 * @returns the process whose end is that of the testbed.
 * @throws Error when it cannot be started; nothing is left then.
 */
export async function launch(layout: Layout, options: LaunchOptions): Promise<ChildProcess> {
  const listener = await listen(options.apiPort);
  try {
    const plan = writeConfiguration(layout, listener, options);
    createCgroups(layout.cgroup);
    const child = spawnSupervisor(layout, plan, listener, options.detached);
    while (lives(child) && !(await isRunning(layout))) await sleep(POLL_MS);
    return child;
  } catch (error) {
    await removeTestbed(layout);
    throw error;
  } finally {
    listener.close();
  }
}

/** @returns the path of the plan. */
function writeConfiguration(layout: Layout, listener: Server, { images, detached }: LaunchOptions): string {
  const { port } = listener.address() as { port: number };
  const pki = createPki(Date.now());
  const resolvConf = existsSync('/etc/resolv.conf') ? realpathSync('/etc/resolv.conf') : null;
  const plan = planOf(layout, pki, { images, apiListener: API_LISTENER, endsWithInput: !detached, program: programPath, resolvConf });
  const file = join(layout.config, 'plan.json');
  mkdirSync(layout.logs, { recursive: true });
  writeFiles([...configurationFiles(layout, pki, `https://127.0.0.1:${port}`), [file, JSON.stringify(plan)]]);
  return file;
}

function lives(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

async function listen(port: number): Promise<Server> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const listener = createServer();
  listener.once('error', reject);
  listener.listen(port, '127.0.0.1', resolve);
  await promise;
  return listener;
}

/**
 * `flock` and `unshare` replace themselves, so that this child's process id is that of the process that made the namespaces.
 * All of them inherit the lock.
 */
function spawnSupervisor(layout: Layout, plan: string, listener: Server, detached: boolean): ChildProcess {
  const supervisor = [process.execPath, '--conditions=@gibbon/source', join(import.meta.dirname, '../supervisor/main.ts'), plan];
  const init = [programPath('init'), String(INHERITED_FILES), ...supervisor];
  const isolate = ['unshare', '--net', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child=SIGKILL', '--', ...init];
  const lock = ['--timeout', String(LOCK_TIMEOUT_S), '--no-fork', layout.lock];
  const log = openSync(join(layout.logs, 'supervisor.log'), 'a');
  try {
    const child = spawn('flock', [...lock, ...isolate], {
      cwd: layout.folder,
      // A session of its own: Ctrl-C is for this process, which decides when the testbed ends.
      detached: true,
      stdio: [detached ? 'ignore' : 'pipe', log, log, descriptorOf(listener)],
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
    });
    child.on('error', () => {});
    if (child.pid === undefined) throw new Error('flock cannot be started: it is part of util-linux');
    writeFileSync(layout.processId, String(child.pid));
    return child;
  } finally {
    closeSync(log);
  }
}

/** A listening socket keeps the network in which it was made, wherever the process is that accepts from it. */
function descriptorOf(listener: Server): number {
  const { _handle } = listener as unknown as { _handle: { fd: number } };
  return _handle.fd;
}

/**
 * Waits until a launched testbed is ready.
 * @throws Error when it fails, ends, or takes too long, with the end of the log that matters.
 */
export async function waitUntilReady(layout: Layout, child: ChildProcess, limit: AbortSignal): Promise<TestbedStatus> {
  for (;;) {
    if (!lives(child)) throw ended(layout, child);
    const status = await fetchStatus(layout.control).catch(() => null);
    if (status?.phase === 'ready') return status;
    if (status?.phase === 'failed') throw failure(layout, status);
    if (limit.aborted)
      throw new Error(`testbed ${layout.name} is not ready: ${(limit.reason as Error).message}\n${logTail(layout, 'supervisor')}`);
    await sleep(POLL_MS);
  }
}

function ended(layout: Layout, child: ChildProcess): Error {
  return new Error(`testbed ${layout.name} ended with ${child.exitCode ?? child.signalCode}:\n${logTail(layout, 'supervisor')}`);
}

function failure(layout: Layout, status: TestbedStatus): Error {
  const failed = status.components.find(({ state }) => state === 'failed');
  const tail = failed === undefined ? logTail(layout, 'supervisor') : logTail(layout, failed.name);
  return new Error(`testbed ${layout.name}: ${status.problem}\n${tail}`);
}
