import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { environment, pinnedNode, ROOT } from './checkout.mjs';

/**
 * Runs a program of the checkout on the pinned Node, with this process's terminal, and passes on the signals that end it.
 * @param args what Node gets after the condition that makes it read sources.
 * @param variables on top of the environment.
 * @returns its exit code; 1 when a signal ended it.
 */
export function runInside(args, variables = {}) {
  const child = spawn(pinnedNode(), ['--conditions=@gibbon/source', ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...environment(), ...variables },
  });
  // The terminal sends Ctrl-C to the child as well; this process stays to see how that ends.
  const stay = () => {};
  const pass = (signal) => child.kill(signal);
  process.on('SIGINT', stay).on('SIGTERM', pass);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      process.off('SIGINT', stay).off('SIGTERM', pass);
      resolve(code ?? 1);
    });
  });
}

/** A TypeScript file of the checkout, as an argument for {@link runInside}. */
export function source(path) {
  return join(ROOT, path);
}
