import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, environment, pinnedNode, ROOT } from './checkout.mjs';
import { LAUNCHER_VARIABLE } from './launcher-variable.mjs';

/** The terminal and npm both deliver the same Ctrl-C; a second press comes later than this. */
const SAME_PRESS_MS = 250;

/** How often to look whether npm is still there. */
const PARENT_CHECK_MS = 1000;

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];

/**
 * Runs an entry point from source on the pinned Node, as if it were this process: same terminal, signals once, same exit code.
 * The child leads a process group of its own, so that a signal reaches it through here alone; should this process be
 * killed, the child sees the channel close and ends as well.
 * @param entry path from the root of the checkout.
 */
export function runSource(entry, args) {
  ensureInstalled();
  const watch = pathToFileURL(join(ROOT, 'tools/run/src/end-with-parent.mjs')).href;
  const child = spawn(pinnedNode(), ['--conditions=@gibbon/source', `--import=${watch}`, join(ROOT, entry), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // npm runs scripts in the root of the checkout; paths that a user types are meant from where the user is.
    cwd: process.env.INIT_CWD ?? process.cwd(),
    detached: process.platform !== 'win32',
    env: { ...environment(), [LAUNCHER_VARIABLE]: String(process.pid) },
  });
  forwardSignals(child);
  endWithNpm(child);
  child.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

/** Under npm, whoever ends npm means this: a killed npm cannot pass it on. Started otherwise, this may outlive its parent. */
function endWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const { ppid } = process;
  const timer = setInterval(() => {
    if (process.ppid === ppid) return;
    clearInterval(timer);
    child.kill('SIGTERM');
  }, PARENT_CHECK_MS);
  timer.unref();
}

function forwardSignals(child) {
  let last = '';
  let lastAt = 0;
  for (const name of FORWARDED) {
    process.on(name, () => {
      const now = performance.now();
      const repeated = name === last && now - lastAt < SAME_PRESS_MS;
      last = name;
      lastAt = now;
      if (!repeated) child.kill(name === 'SIGHUP' ? 'SIGTERM' : name);
    });
  }
}
