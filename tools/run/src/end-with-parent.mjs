// Preloaded into what run-source.mjs starts.
import { isMainThread } from 'node:worker_threads';
import { LAUNCHER_VARIABLE } from './launcher-variable.mjs';

/** How long an orphan may drain. */
const DRAIN_MS = 5000;

// Threads and forks of the application inherit this preload: only the launcher's own child is meant.
if (isMainThread && process.channel && process.env[LAUNCHER_VARIABLE] === String(process.ppid)) {
  process.channel.unref();
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), DRAIN_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
}
