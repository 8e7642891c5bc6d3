import { readdir } from 'node:fs/promises';
import { codeOf, GatewayError } from '@gibbon/contracts/errors';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist; create it or name another one',
  ENOTDIR: 'is not a folder; name the folder that holds the files',
  EACCES: 'may not be read by this user',
};

/** Makes sure that a folder can be read. @throws GatewayError `GW_MANIFESTS_FOLDER` that says why not. */
export async function checkFolder(folder: string): Promise<void> {
  try {
    await readdir(folder);
  } catch (error) {
    const reason = REASONS[codeOf(error) ?? ''] ?? `cannot be read: ${(error as Error).message}`;
    throw new GatewayError('GW_MANIFESTS_FOLDER', `the manifests folder "${folder}" ${reason}`, { source: 'config', cause: error });
  }
}
