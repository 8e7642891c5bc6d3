import { randomBytes } from 'node:crypto';
import { open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '@gibbon/contracts/errors';

/** The text of a file, or `null` where there is none, and for a pipe or a device, which may have no end. */
export async function readExisting(path: string): Promise<string | null> {
  try {
    if (!(await stat(path)).isFile()) return null;
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Replaces a file as a whole: written and flushed beside it, then renamed over it, so that a reader finds the old text
 * or the new one and never a part. A link stays a link; an existing file keeps its permissions. What is no file
 * (`/dev/stdout`, a named pipe) is written to.
 * @param mode permissions of a new file.
 * @param signal aborted before the rename: the old file stays.
 */
export async function replaceFile(path: string, text: string, mode: number, signal: AbortSignal): Promise<void> {
  if (await isSpecial(path)) {
    await writeFile(path, text, { signal });
    return;
  }
  const target = await realTarget(path);
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  const permissions = await modeOf(target, mode);
  try {
    const handle = await open(temporary, 'wx', permissions);
    try {
      // Whatever the umask took away.
      await handle.chmod(permissions);
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    signal.throwIfAborted();
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function isSpecial(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isFile();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function realTarget(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return path;
    throw error;
  }
}

async function modeOf(path: string, mode: number): Promise<number> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return mode;
    throw error;
  }
}
