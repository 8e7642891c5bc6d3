import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { runCommand } from '../run-command.ts';

/** Exit code of `flock` that is none of its others. */
const CONFLICT = 77;

/** How to wait for a lock. */
export interface LockOptions {
  readonly timeoutMs: number;
  /** Called once when somebody else holds it. */
  readonly waiting: () => void;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `work` while holding an exclusive lock on a file that all processes of the machine respect. The kernel lets go of it
 * when this process ends, however it ends.
 * @throws Error when the lock is not to be had in time, or the waiting is aborted.
 * @see https://man7.org/linux/man-pages/man1/flock.1.html
 */
export async function withFileLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const { timeoutMs, waiting, signal } = options;
  const release = (await acquire(path, null)) ?? (waiting(), await acquire(path, timeoutMs, signal));
  if (release === null) signal?.throwIfAborted();
  if (release === null) throw new Error(`${path} is locked by another process for longer than ${timeoutMs / 1000} s`);
  try {
    return await work();
  } finally {
    await release();
  }
}

/** Whether some process holds the lock on a file. Those who ask do not disturb each other. */
export async function isLocked(path: string): Promise<boolean> {
  const { code, stderr } = await runCommand('flock', ['--shared', '--nonblock', '--conflict-exit-code', String(CONFLICT), path, 'true']);
  if (code === 0 || code === CONFLICT) return code === CONFLICT;
  throw new Error(`flock ${path}: ${stderr.trim()}`);
}

/** @returns what lets go of the lock, or `null` when it was not to be had. */
async function acquire(path: string, timeoutMs: number | null, signal?: AbortSignal): Promise<(() => Promise<void>) | null> {
  signal?.throwIfAborted();
  const patience = timeoutMs === null ? ['--nonblock'] : ['--timeout', String(timeoutMs / 1000)];
  // `cat` holds the lock until its input ends, which it does with this process at the latest.
  const holder = spawn('flock', ['--exclusive', ...patience, path, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(holder, 'close');
  const giveUp = (): void => void holder.kill();
  signal?.addEventListener('abort', giveUp);
  holder.stdin.on('error', () => {});
  const held = await Promise.race([once(holder.stdout, 'data').then(() => true), ended.then(() => false)]);
  signal?.removeEventListener('abort', giveUp);
  if (!held) return null;
  return async () => {
    holder.stdin.end();
    await ended;
  };
}
