import { posix } from 'node:path';
import type { CreateNodesResultV2, CreateNodesV2 } from '@nx/devkit';
import { groupOf } from './groups.ts';
import { projectTargets, wholeTreeTargets } from './targets.ts';

/** Name under which Nx lists the plugin. */
export const name = '@gibbon/tools';

/**
 * Infers the projects. Nx calls it with every matching file whenever the project graph is computed.
 * @see https://nx.dev/docs/extending-nx/project-graph-plugins
 */
export const createNodesV2: CreateNodesV2 = [
  '{package.json,{apps,tools,e2e}/*/package.json,libs/{*,*/*}/package.json}',
  (packageFiles): CreateNodesResultV2 =>
    packageFiles.map((file) => [file, { projects: { [posix.dirname(file)]: projectOf(posix.dirname(file)) } }]),
];

function projectOf(root: string) {
  if (root === '.') return { root, tags: ['type:workspace', 'scope:app'], targets: wholeTreeTargets() };
  const { type, scope } = groupOf(root);
  return { root, tags: [`type:${type}`, `scope:${scope}`], targets: projectTargets(root, type) };
}
