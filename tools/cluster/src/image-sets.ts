import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

/** How many sets stay besides the one in use, each some 300 MB, and how old one must be before it goes: somebody may be loading it. */
const KEPT_SETS = 2;
const KEPT_MS = 10 * 60_000;

/**
 * Marks a set of images as used now, and removes old ones.
 * @param folder of all sets, each of which is a folder. @param used name of the set.
 */
export function keepImageSet(folder: string, used: string, now = new Date()): void {
  utimesSync(join(folder, used), now, now);
  const others = readdirSync(folder)
    .filter((name) => name !== used)
    .map((name) => ({ path: join(folder, name), usedAt: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.usedAt - a.usedAt);
  for (const { path, usedAt } of others.slice(KEPT_SETS)) {
    if (now.getTime() - usedAt > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
}
