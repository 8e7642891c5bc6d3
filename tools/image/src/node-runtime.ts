import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { programWithLibraries, type ImageEntry } from '@gibbon/testbed';
import { USER_ID } from './apps.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** Where Node is in an image. */
export const NODE = '/usr/bin/node';

const DISTRIBUTION = join(ROOT, 'node_modules', `node-linux-${process.arch}`);

/** Opened by name at run time by C libraries before glibc 2.34, so the loader does not list them. */
const NAME_SERVICES = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2'];

/**
 * Path of the workspace's pinned Node.
 * @throws Error where the workspace has none for this machine, or it is not Linux.
 */
export function nodeProgram(): string {
  const program = join(DISTRIBUTION, 'bin/node');
  if (process.platform === 'linux' && existsSync(program)) return program;
  throw new Error(`images are made on Linux with the pinned Node: ${program} is absent`);
}

/**
 * The lower layer of every image: the pinned Node of the workspace, the libraries that it is linked with, and the few files
 * that a C library looks for. The same for all apps, so a node of a cluster keeps it once.
 * @throws Error as {@link nodeProgram} does.
 */
export async function nodeRuntime(): Promise<readonly ImageEntry[]> {
  const linked = await programWithLibraries(nodeProgram(), NODE);
  return [
    ...linked,
    ...nameServices(linked),
    { path: '/usr/share/licenses/node/LICENSE', source: join(DISTRIBUTION, 'LICENSE'), mode: 0o644 },
    { path: '/etc/passwd', content: `root:x:0:0:root:/:/sbin/nologin\ngibbon:x:${USER_ID}:${USER_ID}:Gibbon:/app:/sbin/nologin\n` },
    { path: '/etc/group', content: `root:x:0:\ngibbon:x:${USER_ID}:\n` },
    { path: '/etc/nsswitch.conf', content: 'hosts: files dns\n' },
    { path: '/tmp', folder: true, mode: 0o1777 },
  ];
}

function nameServices(linked: readonly ImageEntry[]): readonly ImageEntry[] {
  const libc = linked.find(({ path }) => path.endsWith('/libc.so.6'));
  if (libc === undefined) return [];
  const folder = dirname(libc.path);
  return NAME_SERVICES.map((name) => join(folder, name))
    .filter((path) => existsSync(path))
    .map((path): ImageEntry => ({ path, source: realpathSync(path), mode: 0o755 }));
}
