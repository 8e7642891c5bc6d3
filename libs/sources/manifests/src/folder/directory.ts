import type { FSWatcher } from 'node:fs';
import { lstat, realpath, stat } from 'node:fs/promises';
import { codeOf } from '@gibbon/contracts/errors';

/** A folder that is being watched. */
export interface Directory {
  /** Path from the root folder, empty for the root itself. */
  readonly relative: string;
  readonly path: string;
  readonly parent: Directory | null;
  /** Device and inode: another folder of the same name has another. */
  readonly identity: string;
  watcher: FSWatcher | null;
  /** Manifests in it, with what identifies their state. */
  readonly files: Map<string, string>;
  readonly folders: Map<string, Directory>;
}

/** What a name in a folder stands for; links are followed. */
export type Entry =
  | { readonly is: 'nothing' }
  | { readonly is: 'folder'; readonly identity: string }
  | { readonly is: 'file'; readonly state: string; readonly settled: boolean; readonly target: string | null };

/** Timestamps of files are coarse: two writes within one tick look the same, so a state is only trusted once it is this old. */
const TRUSTED_AGE_MS = 2000;

const NOTHING: Entry = { is: 'nothing' };

/** Looks a path up. What vanished, or may not be seen, is nothing. */
export async function lookUp(path: string): Promise<Entry> {
  try {
    const link = await lstat(path, { bigint: true });
    const stats = link.isSymbolicLink() ? await stat(path, { bigint: true }) : link;
    if (stats.isDirectory()) return { is: 'folder', identity: `${stats.dev}:${stats.ino}` };
    if (!stats.isFile()) return NOTHING;
    const state = `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
    const settled = Date.now() - Number(stats.mtimeMs) > TRUSTED_AGE_MS;
    return { is: 'file', state, settled, target: link.isSymbolicLink() ? await realpath(path) : null };
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return NOTHING;
  }
}

/** Whether a folder is, or lies in, a folder of this identity: a link that leads back up. */
export function isInside(directory: Directory | null, identity: string): boolean {
  for (let each = directory; each !== null; each = each.parent) if (each.identity === identity) return true;
  return false;
}
