import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where images and definitions are kept: `$XDG_CACHE_HOME/gibbon/cluster`, by default under `~/.cache`. Safe to delete. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const cache = env['XDG_CACHE_HOME'];
  return join(cache?.startsWith('/') === true ? cache : join(homedir(), '.cache'), 'gibbon/cluster');
}
