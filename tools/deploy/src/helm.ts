import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const HELM = { module: 'helm.sh/helm/v4/cmd/helm', version: '4.3.1' } as const;

/** Where the program is built to: `$XDG_CACHE_HOME/gibbon/deploy`, by default under `~/.cache`. Safe to delete. */
function folder(): string {
  const cache = process.env['XDG_CACHE_HOME'];
  return join(cache?.startsWith('/') === true ? cache : join(homedir(), '.cache'), `gibbon/deploy/helm-${HELM.version}`);
}

/** Path of Helm, where it was built; `null` where it was not. Only looks. */
export function helmProgram(): string | null {
  const program = join(folder(), 'helm');
  return existsSync(program) ? program : null;
}

/**
 * Builds Helm from its Go module where it is not in the cache: some minutes once, at the lowest priority.
 * @returns its path.
 * @throws Error without Go, or with what the compiler said.
 */
export function ensureHelm(log: (line: string) => void): string {
  const present = helmProgram();
  if (present !== null) return present;
  log(`Building Helm ${HELM.version} (needed once, takes some minutes) ...`);
  mkdirSync(folder(), { recursive: true });
  const build = ['go', 'install', '-p=2', '-trimpath', '-ldflags=-s -w', `${HELM.module}@v${HELM.version}`];
  const env = { ...process.env, GOBIN: folder(), GOFLAGS: '-buildvcs=false' };
  const { status, error, stderr } = spawnSync('nice', ['-n', '19', ...build], { env, encoding: 'utf8' });
  const program = helmProgram();
  if (status !== 0 || program === null) throw new Error(`Helm could not be built: ${error?.message ?? stderr.trimEnd().slice(-2000)}`);
  return program;
}
