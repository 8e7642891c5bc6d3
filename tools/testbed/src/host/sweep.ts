import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { layoutOf, type Layout } from '../configuration/layout.ts';
import { cacheFolder, stateFolder } from '../folders.ts';
import { isLocked, withFileLock } from '../parts/file-lock.ts';
import { removeCgroups } from './cgroups.ts';

const POLL_MS = 20;
const END_TIMEOUT_MS = 20_000;
const START_TIMEOUT_MS = 60_000;

/** The testbeds of which there are files, running or not. */
export function knownTestbeds(state = stateFolder()): readonly Layout[] {
  if (!existsSync(state)) return [];
  return readdirSync(state, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => layoutOf(entry.name, state));
}

/** Whether any process of a testbed lives. */
export async function isRunning(layout: Layout): Promise<boolean> {
  return existsSync(layout.lock) && (await isLocked(layout.lock));
}

/**
 * Ends a testbed and removes all there is of it: processes, cgroups, files. Nothing where there is none.
 * @throws Error when it does not end within twenty seconds.
 */
export async function removeTestbed(layout: Layout): Promise<void> {
  if (!existsSync(layout.folder)) return;
  await endProcesses(layout);
  await removeCgroups(layout.cgroup);
  rmSync(layout.folder, { recursive: true, force: true });
}

/**
 * Removes what is left of testbeds whose processes are gone, as after a SIGKILL. Only while no other process is starting one:
 * {@link whileNobodyStarts}.
 */
export async function sweep(state = stateFolder()): Promise<void> {
  for (const layout of knownTestbeds(state)) if (!(await isRunning(layout))) await removeTestbed(layout);
}

/** Runs `work` while no other process is between making a testbed's files and running its processes. */
export async function whileNobodyStarts<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  const folder = cacheFolder();
  mkdirSync(folder, { recursive: true });
  return withFileLock(join(folder, 'start.lock'), { timeoutMs: START_TIMEOUT_MS, waiting: () => {}, signal }, work);
}

/** The end of process 1 inside is that of everything inside; the process that made the namespaces waits for that, and lets go of the lock last. */
async function endProcesses(layout: Layout): Promise<void> {
  const limit = performance.now() + END_TIMEOUT_MS;
  while (await isRunning(layout)) {
    if (performance.now() > limit) throw new Error(`testbed ${layout.name} does not end`);
    // The lock is held, so this is still the process that wrote its number there.
    if (existsSync(layout.processId)) killFirst(Number(readFileSync(layout.processId, 'utf8')));
    await sleep(POLL_MS);
  }
}

/** Kills process 1 inside, the only child of the process that made the namespaces; that one itself while it has none. */
function killFirst(maker: number): void {
  if (!Number.isSafeInteger(maker) || maker <= 1) return;
  try {
    const [first] = readFileSync(`/proc/${maker}/task/${maker}/children`, 'utf8').split(' ');
    process.kill(Number(first) || maker, 'SIGKILL');
  } catch {
    // Gone in the meantime; the lock will tell.
  }
}

/** The last lines of a component's log, or of the supervisor's. */
export function logTail(layout: Layout, name: string, lines = 20): string {
  const file = join(layout.logs, `${name}.log`);
  if (!existsSync(file)) return '';
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}
