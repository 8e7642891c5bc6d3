import { existsSync } from 'node:fs';
import { mustRun, runCommand } from '../run-command.ts';
import type { BuildOptions } from './build.ts';
import { DEBIAN_PACKAGES, GO_VERSION } from './versions.ts';

const INSTALL_TIMEOUT_MS = 10 * 60_000;

/** What this process is and has, as far as a testbed asks. */
export interface Surroundings {
  readonly platform: string;
  readonly userId: number | undefined;
  /** What `go env GOVERSION` says, e.g. `go1.26.8`; `null` without Go. */
  readonly goVersion: string | null;
  /** Whether what Go builds is in the cache already. */
  readonly built: boolean;
}

/** Why no testbed can run here, in one line; `null` when one can. */
export function missingRequirement({ platform, userId, goVersion, built }: Surroundings): string | null {
  if (platform !== 'linux') return `a testbed needs Linux, this is ${platform}`;
  if (userId !== 0) return 'a testbed needs root: it makes namespaces, cgroups and containers';
  if (built) return null;
  if (goVersion === null) return `a testbed needs Go ${GO_VERSION} or newer once, to build Kubernetes: there is no go in PATH`;
  if (!isAtLeast(goVersion, GO_VERSION)) return `a testbed needs Go ${GO_VERSION} or newer once, to build Kubernetes: this is ${goVersion}`;
  return null;
}

function isAtLeast(found: string, wanted: string): boolean {
  const [major = 0, minor = 0] = (/^go(\d+)\.(\d+)/.exec(found) ?? []).slice(1).map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** What `go env GOVERSION` says; `null` without Go. */
export async function findGo(): Promise<string | null> {
  try {
    return (await mustRun('go', ['env', 'GOVERSION'])).trim();
  } catch {
    return null;
  }
}

/** Debian's packages that are not installed. */
export function missingPackages(exists: (path: string) => boolean = existsSync): readonly string[] {
  return Object.entries(DEBIAN_PACKAGES)
    .filter(([, program]) => !exists(program))
    .map(([name]) => name);
}

/**
 * Installs what is missing of Debian's packages.
 * @throws Error where that fails, with the line that an administrator would run.
 */
export async function ensurePackages({ log, signal }: BuildOptions): Promise<void> {
  const missing = missingPackages();
  if (missing.length === 0) return;
  log(`Installing ${missing.join(', ')} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '--yes', '--quiet', '--no-install-recommends', ...missing];
  try {
    // The lists of a fresh machine are empty, those of an old one may name versions that are gone.
    await runCommand('apt-get', ['update', '--quiet'], { env, timeoutMs: INSTALL_TIMEOUT_MS, signal });
    await mustRun('apt-get', install, { env, timeoutMs: INSTALL_TIMEOUT_MS, signal });
  } catch (cause) {
    throw new Error(`cannot install ${missing.join(', ')}; install them (Debian: apt-get ${install.join(' ')})`, { cause });
  }
  const still = missingPackages();
  if (still.length > 0)
    throw new Error(`installed, and yet not where they belong: ${still.map((name) => DEBIAN_PACKAGES[name]).join(', ')}`);
}
