import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = '/sys/fs/cgroup';

/** A group is busy until the kernel has buried the last process in it. */
const BUSY_RETRY_MS = 50;
const BUSY_LIMIT_MS = 10_000;

/** Every mounted hierarchy: one with version 2, one for each controller with version 1, where the kubelet refuses a root that one of them lacks. */
export function hierarchies(root = ROOT): readonly string[] {
  if (existsSync(join(root, 'cgroup.controllers'))) return [root];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, 'cgroup.procs')))
    .map((entry) => join(root, entry.name));
}

/**
 * Makes a group in every hierarchy. With version 2 it has all controllers there are, which the kubelet insists on.
 * @param group path from each root, e.g. `/gibbon-testbed-x`.
 */
export function createCgroups(group: string, root = ROOT): void {
  const controllers = join(root, 'cgroup.controllers');
  if (existsSync(controllers)) {
    const names = readFileSync(controllers, 'utf8')
      .split(/\s+/)
      .filter((name) => name !== '');
    writeFileSync(join(root, 'cgroup.subtree_control'), names.map((name) => `+${name}`).join(' '));
  }
  for (const hierarchy of hierarchies(root)) mkdirSync(join(hierarchy, group), { recursive: true });
}

/**
 * Removes a group and all below it from every hierarchy. Its processes must have been killed; those that are not gone yet are waited for.
 * @throws Error when something stays in it for longer than ten seconds.
 */
export async function removeCgroups(group: string, root = ROOT): Promise<void> {
  const limit = performance.now() + BUSY_LIMIT_MS;
  for (const hierarchy of hierarchies(root)) {
    for (;;) {
      try {
        removeTree(join(hierarchy, group));
        break;
      } catch (cause) {
        if (performance.now() > limit) throw new Error(`${join(hierarchy, group)} cannot be removed: something runs in it`, { cause });
        await sleep(BUSY_RETRY_MS);
      }
    }
  }
}

/** Depth first, folders alone: the files of a group are the kernel's and go with it. */
function removeTree(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) removeTree(join(folder, entry.name));
  rmdirSync(folder);
}
