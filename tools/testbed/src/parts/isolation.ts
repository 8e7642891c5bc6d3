import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { hierarchies } from '../host/cgroups.ts';
import { runCommand } from '../run-command.ts';

const PROBE_TIMEOUT_MS = 20_000;

/** What a testbed does in its namespaces, each step with what it needs. `ip` may not be installed yet. */
const SCRIPT = `
  mount -t tmpfs tmpfs /run || { echo 'mounts are refused' >&2; exit 1; }
  mkdir /run/lower /run/upper /run/work /run/merged
  mount -t overlay overlay -o lowerdir=/run/lower,upperdir=/run/upper,workdir=/run/work /run/merged || { echo 'overlay file systems are refused' >&2; exit 1; }
  ! command -v ip >/dev/null || ip link add name probe type bridge || { echo 'bridges are refused' >&2; exit 1; }
`;

/**
 * Why this machine does not let its root user make what a testbed lives in, in one line; `null` when it does. Containers
 * without privileges, for example, do not.
 */
export async function isolationProblem(): Promise<string | null> {
  return (await namespaceProblem()) ?? cgroupProblem();
}

async function namespaceProblem(): Promise<string | null> {
  const isolate = ['--net', '--mount', '--pid', '--fork', '--mount-proc', 'sh', '-c', SCRIPT];
  try {
    const { code, stderr } = await runCommand('unshare', isolate, { timeoutMs: PROBE_TIMEOUT_MS });
    return code === 0 ? null : refusal('namespaces', stderr);
  } catch (error) {
    return refusal('namespaces', (error as Error).message);
  }
}

/** A group of its own in every hierarchy, made and removed. */
export function cgroupProblem(root?: string): string | null {
  try {
    const all = hierarchies(root);
    if (all.length === 0) return refusal('cgroups', 'none are mounted');
    for (const hierarchy of all) {
      const group = join(hierarchy, `gibbon-testbed-probe-${process.pid}`);
      mkdirSync(group);
      rmdirSync(group);
    }
    return null;
  } catch (error) {
    return refusal('cgroups', (error as Error).message);
  }
}

function refusal(what: string, why: string): string {
  const lines = why.split('\n').filter((line) => line.trim() !== '');
  return `a testbed needs ${what} of its own, which this machine refuses: ${lines.at(-1)?.trim() ?? 'no reason given'}`;
}
