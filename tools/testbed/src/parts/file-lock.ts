import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs `work` while holding an exclusive lock on a file that all processes of the machine respect. The kernel lets go of it
 * when this process ends, however it ends.
 * @param waiting called once when somebody else holds it.
 * @throws Error when the lock is not to be had within `timeoutMs`.
 * @see https://man7.org/linux/man-pages/man1/flock.1.html
 */
export async function withFileLock<T>(path: string, timeoutMs: number, waiting: () => void, work: () => Promise<T>): Promise<T> {
  const release = (await acquire(path, null)) ?? (waiting(), await acquire(path, timeoutMs));
  if (release === null) throw new Error(`${path} is locked by another process for longer than ${timeoutMs / 1000} s`);
  try {
    return await work();
  } finally {
    await release();
  }
}

/** Whether some process holds the lock on a file. */
export async function isLocked(path: string): Promise<boolean> {
  const release = await acquire(path, null);
  await release?.();
  return release === null;
}

/** @returns what lets go of the lock, or `null` when it was not to be had. */
async function acquire(path: string, timeoutMs: number | null): Promise<(() => Promise<void>) | null> {
  const patience = timeoutMs === null ? ['--nonblock'] : ['--timeout', String(timeoutMs / 1000)];
  // `cat` holds the lock until its input ends, which it does with this process at the latest.
  const holder = spawn('flock', ['--exclusive', ...patience, path, 'sh', '-c', 'echo held; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(holder, 'close');
  holder.stdin.on('error', () => {});
  const held = await Promise.race([once(holder.stdout, 'data').then(() => true), ended.then(() => false)]);
  if (!held) return null;
  return async () => {
    holder.stdin.end();
    await ended;
  };
}
