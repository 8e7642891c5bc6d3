// Preloaded into what run-source.mjs starts.
import { isMainThread } from 'node:worker_threads';

/** How long an orphan may drain. */
const DRAIN_MS = 5000;

if (isMainThread && process.channel !== undefined && process.channel !== null) {
  process.channel.unref();
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), DRAIN_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  // The channel is this file's own: programs that ask for `process.send` must not find a parent to talk to.
  process.send = undefined;
}
