import { fileURLToPath } from 'node:url';

/** Root of the checkout. */
export const WORKSPACE: string = fileURLToPath(new URL('../../../../', import.meta.url));

/** Node's command line for one of our source files, on the Node that runs this. */
export function sourceCommand(file: string, flags: readonly string[] = []): readonly string[] {
  return [process.execPath, '--conditions=@gibbon/source', ...flags, file];
}
