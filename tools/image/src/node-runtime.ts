import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { programWithLibraries, type ImageEntry } from '@gibbon/testbed';
import { USER_ID } from './apps.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** Where Node is in an image. */
export const NODE = '/usr/bin/node';

/** Opened by name at run time by C libraries before glibc 2.34, so the loader does not list them. */
const NAME_SERVICES = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2'];

/**
 * The lower layer of every image: the pinned Node of the workspace, the libraries that it is linked with, and the few files
 * that a C library looks for. The same for all apps, so a node of a cluster keeps it once.
 * @throws Error where the workspace has no pinned Node for this machine, or it is not Linux.
 */
export async function nodeRuntime(): Promise<readonly ImageEntry[]> {
  const folder = join(ROOT, 'node_modules', `node-linux-${process.arch}`);
  const program = join(folder, 'bin/node');
  if (process.platform !== 'linux' || !existsSync(program)) {
    throw new Error(`images are made on Linux with the pinned Node: ${program} is absent`);
  }
  const linked = await programWithLibraries(program, NODE);
  return [
    ...linked,
    ...nameServices(linked),
    { path: '/usr/share/licenses/node/LICENSE', source: join(folder, 'LICENSE'), mode: 0o644 },
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
