import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where built parts are kept: `$XDG_CACHE_HOME/gibbon/testbed`, by default under `~/.cache`. Safe to delete while nothing runs. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(absolute(env['XDG_CACHE_HOME']) ?? join(homedir(), '.cache'), 'gibbon/testbed');
}

/** Where running testbeds keep their files: `$XDG_STATE_HOME/gibbon/testbed`, by default under `~/.local/state`. */
export function stateFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(absolute(env['XDG_STATE_HOME']) ?? join(homedir(), '.local/state'), 'gibbon/testbed');
}

/** @see https://specifications.freedesktop.org/basedir-spec/latest/ relative paths are to be ignored. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') === true ? path : undefined;
}
