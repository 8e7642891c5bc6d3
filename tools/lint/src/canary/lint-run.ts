import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { CHECKOUT } from './workspace.ts';

/** What a run of the linter said. */
export interface LintRun {
  readonly exitCode: number | null;
  /** Rules that fired, sorted, by file from the workspace's root. */
  readonly fired: ReadonlyMap<string, readonly string[]>;
  readonly messages: readonly string[];
}

interface Report {
  readonly diagnostics: readonly { readonly code?: string; readonly filename: string; readonly message: string }[];
}

function run(root: string, script: string, options: { readonly args: readonly string[]; readonly env?: NodeJS.ProcessEnv }) {
  const env = { ...process.env, NX_DAEMON: 'false', NX_WORKSPACE_ROOT_PATH: root, ...options.env };
  return spawnSync(process.execPath, [join(CHECKOUT, 'node_modules', script), ...options.args], {
    cwd: root,
    env,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
}

/** Computes and stores the project graph. @returns the names of the projects. */
export function storeProjectGraph(root: string): readonly string[] {
  const { status, stdout, stderr } = run(root, 'nx/dist/bin/nx.js', { args: ['show', 'projects'] });
  if (status !== 0) throw new Error(`nx show projects failed: ${stdout}${stderr}`);
  return stdout.trim().split('\n');
}

/** Lints a whole workspace as its `lint` target does. */
export function lint(root: string, env: NodeJS.ProcessEnv = {}): LintRun {
  const { status, stdout, stderr } = run(root, 'oxlint/bin/oxlint', { args: ['--type-aware', '--deny-warnings', '-f', 'json', '.'], env });
  const start = stdout.indexOf('{');
  if (start === -1) throw new Error(`oxlint gave no report: ${stdout}${stderr}`);
  const { diagnostics } = JSON.parse(stdout.slice(start)) as Report;
  const fired = Map.groupBy(diagnostics, ({ filename }) => filename);
  return {
    exitCode: status,
    fired: new Map([...fired].map(([file, found]) => [file, [...new Set(found.map(({ code }) => code ?? 'none'))].sort()])),
    messages: diagnostics.map(({ message }) => message),
  };
}
