import { open } from 'node:fs/promises';
import { codeOf } from '@gibbon/contracts/errors';

/** What a file holds. */
export type FileText =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'gone' }
  | { readonly is: 'unreadable'; readonly message: string };

/** Reads a file of at most `maxBytes`. Expected failures are results. */
export async function readText(path: string, maxBytes: number): Promise<FileText> {
  try {
    const handle = await open(path);
    try {
      const { size } = await handle.stat();
      if (size > maxBytes)
        return { is: 'unreadable', message: `has ${size} bytes, more than the ${maxBytes} that are read; split the file` };
      return { is: 'text', text: await handle.readFile('utf8') };
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === null) throw error;
    return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR'
      ? { is: 'gone' }
      : { is: 'unreadable', message: `cannot be read: ${(error as Error).message}` };
  }
}
