import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Layout } from '../configuration/layout.ts';
import { createPki, type Pki } from '../configuration/pki.ts';
import { configurationFiles, planOf, writeFiles } from '../configuration/plan.ts';
import { programPath } from '../parts/build.ts';
import type { TestbedStatus } from '../supervisor/control-server.ts';
import { createCgroups } from './cgroups.ts';
import { fetchStatus } from './control-client.ts';
import { logTail } from './sweep.ts';

/** How to start the processes of a testbed. */
export interface LaunchOptions {
  /** Tars of images. */
  readonly images: readonly string[];
  /** Port on the machine's loopback interface for the API server; 0: any. */
  readonly apiPort: number;
  /** Whether the testbed outlives this process. */
  readonly detached: boolean;
}

/** A testbed's processes, just started. */
export interface Launched {
  readonly process: ChildProcess;
  readonly pki: Pki;
  /** The API server for programs outside, e.g. `https://127.0.0.1:40001`. */
  readonly server: string;
}

/** Inherited files of the supervisor: input, output, errors, and the socket for the API. */
const INHERITED_FILES = 4;
const API_LISTENER = 3;
const POLL_MS = 25;
const ALREADY_RUNS = 77;

/** Writes a testbed's files and starts its processes, which do not wait for each other yet. */
export async function launch(layout: Layout, options: LaunchOptions): Promise<Launched> {
  const pki = createPki(Date.now());
  const listener = await listen(options.apiPort);
  try {
    const { port } = listener.address() as { port: number };
    const server = `https://127.0.0.1:${port}`;
    mkdirSync(layout.logs, { recursive: true });
    const resolvConf = existsSync('/etc/resolv.conf') ? realpathSync('/etc/resolv.conf') : null;
    const plan = planOf(layout, pki, { images: options.images, apiListener: API_LISTENER, endsWithInput: !options.detached, program: programPath, resolvConf });
    const planFile = join(layout.config, 'plan.json');
    writeFiles([...configurationFiles(layout, pki, server), [planFile, JSON.stringify(plan)]]);
    createCgroups(layout.cgroup);
    return { process: spawnSupervisor(layout, planFile, listener, options.detached), pki, server };
  } finally {
    listener.close();
  }
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
  const lock = ['--nonblock', '--conflict-exit-code', String(ALREADY_RUNS), '--no-fork', layout.lock];
  const log = openSync(join(layout.logs, 'supervisor.log'), 'a');
  try {
    const child = spawn('flock', [...lock, ...isolate], {
      cwd: layout.folder,
      detached,
      stdio: [detached ? 'ignore' : 'pipe', log, log, descriptorOf(listener)],
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
    });
    child.on('error', () => {});
    if (child.pid !== undefined) writeFileSync(layout.processId, String(child.pid));
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
    if (child.exitCode !== null || child.signalCode !== null) throw ended(layout, child);
    const status = await fetchStatus(layout.control).catch(() => null);
    if (status?.phase === 'ready') return status;
    if (status?.phase === 'failed') throw failure(layout, status);
    if (limit.aborted) throw new Error(`testbed ${layout.name} is not ready: ${limit.reason}\n${progress(status)}\n${logTail(layout, 'supervisor')}`);
    await sleep(POLL_MS);
  }
}

function ended(layout: Layout, child: ChildProcess): Error {
  if (child.exitCode === ALREADY_RUNS) return new Error(`testbed ${layout.name} is being started by another process`);
  return new Error(`testbed ${layout.name} ended with ${child.exitCode ?? child.signalCode}:\n${logTail(layout, 'supervisor')}`);
}

function failure(layout: Layout, status: TestbedStatus): Error {
  const failed = status.components.find(({ state }) => state === 'failed');
  const tail = failed === undefined ? logTail(layout, 'supervisor') : logTail(layout, failed.name);
  return new Error(`testbed ${layout.name}: ${status.problem}\n${tail}`);
}

function progress(status: TestbedStatus | null): string {
  return status === null ? 'its supervisor does not answer' : status.steps.map(([step, afterMs]) => `${afterMs} ms: ${step}`).join('\n');
}
