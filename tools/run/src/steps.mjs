import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { environment, pinnedNode, ROOT } from './checkout.mjs';

/** Where the test runner leaves its reports. */
export const REPORTS = join(ROOT, 'node_modules/.cache/gibbon/reports');

const NX = join(ROOT, 'node_modules/nx/dist/bin/nx.js');

/**
 * Runs a target of the root project. Says one line; the whole output only where it failed.
 * @param args more arguments for Nx, e.g. `--skip-nx-cache`.
 * @returns whether it succeeded.
 */
export async function runStep({ name, target }, args) {
  process.stdout.write(`${name.padEnd(16)} ... `);
  const startedAt = performance.now();
  const { code, output } = await capture([NX, 'run', `@gibbon/workspace:${target}`, '--output-style=static', ...args]);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const cached = /\[(?:local|existing|remote) cache\b/.test(output) ? ', unchanged since it last passed' : '';
  process.stdout.write(`${code === 0 ? 'ok' : 'FAILED'} (${seconds} s${cached})\n`);
  if (code !== 0) process.stdout.write(`\n${output.trimEnd()}\n\n`);
  return code === 0;
}

function capture(args) {
  // Nx asks every task for colours, and Node warns of whoever asks for none at the same time.
  const { NO_COLOR: _, ...rest } = environment();
  const env = { ...rest, NX_DAEMON: 'false' };
  const child = spawn(pinnedNode(), args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env });
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  child.stderr.on('data', (chunk) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: readable(Buffer.concat(chunks).toString()) }));
  });
}

/** Colours are for terminals. */
function readable(text) {
  return process.stdout.isTTY ? text : stripVTControlCharacters(text);
}

/** How much a step proved: its tests by the runner's report, otherwise the step itself. */
export function readTally({ report }, ok) {
  const file = report === undefined ? null : join(REPORTS, report);
  if (file === null || !existsSync(file)) return ok && file === null ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  const { numPassedTests: passed, testResults } = JSON.parse(readFileSync(file, 'utf8'));
  // A file that could not even be loaded has no failed test, and yet did not pass.
  const failed = testResults.reduce((sum, { status, assertionResults }) => {
    const tests = assertionResults.filter((test) => test.status === 'failed').length;
    return sum + (status === 'failed' ? Math.max(tests, 1) : tests);
  }, 0);
  return { passed, failed: ok ? failed : Math.max(failed, 1) };
}
