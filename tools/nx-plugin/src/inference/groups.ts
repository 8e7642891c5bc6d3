/** What a project is; becomes its `type:` tag. */
export type ProjectType =
  | 'contracts'
  | 'model'
  | 'kernel'
  | 'pdk'
  | 'util'
  | 'controlplane'
  | 'k8s'
  | 'source'
  | 'translator'
  | 'publisher'
  | 'dataplane'
  | 'balancer'
  | 'health'
  | 'plugin'
  | 'preset'
  | 'testing'
  | 'app'
  | 'tool'
  | 'e2e';

/** Which half of Gibbon a project belongs to; becomes its `scope:` tag. */
export type ProjectScope = 'shared' | 'control-plane' | 'data-plane' | 'app';

/** The tags of a project. */
export interface ProjectGroup {
  readonly type: ProjectType;
  readonly scope: ProjectScope;
}

/** Folders whose every child is a project of one group. */
const FOLDERS: Readonly<Record<string, ProjectGroup>> = {
  apps: { type: 'app', scope: 'app' },
  e2e: { type: 'e2e', scope: 'app' },
  tools: { type: 'tool', scope: 'app' },
  'libs/balancers': { type: 'balancer', scope: 'data-plane' },
  'libs/controlplane': { type: 'controlplane', scope: 'control-plane' },
  'libs/dataplane': { type: 'dataplane', scope: 'data-plane' },
  'libs/k8s': { type: 'k8s', scope: 'control-plane' },
  'libs/health': { type: 'health', scope: 'data-plane' },
  'libs/plugins': { type: 'plugin', scope: 'data-plane' },
  'libs/publishers': { type: 'publisher', scope: 'control-plane' },
  'libs/shared': { type: 'util', scope: 'shared' },
  'libs/sources': { type: 'source', scope: 'control-plane' },
  'libs/testing': { type: 'testing', scope: 'shared' },
  'libs/translators': { type: 'translator', scope: 'control-plane' },
};

/** Projects that are a group of their own. */
const SINGLES: Readonly<Record<string, ProjectGroup>> = {
  'libs/contracts': { type: 'contracts', scope: 'shared' },
  'libs/kernel': { type: 'kernel', scope: 'shared' },
  'libs/model': { type: 'model', scope: 'shared' },
  'libs/pdk': { type: 'pdk', scope: 'shared' },
};

/**
 * The group of a project.
 * @param root folder of the project from the workspace's root, with `/`, e.g. `libs/balancers/round-robin`.
 * @throws Error for a folder that belongs to no group: an untagged project would escape the boundary rules.
 */
export function groupOf(root: string): ProjectGroup {
  const single = SINGLES[root];
  if (single !== undefined) return single;
  const parent = root.slice(0, root.lastIndexOf('/'));
  if (parent === 'libs/presets') return { type: 'preset', scope: presetScope(root) };
  const group = FOLDERS[parent];
  if (group === undefined) {
    throw new Error(`${root}/package.json: no group for this folder; name it in tools/nx-plugin/src/inference/groups.ts`);
  }
  return group;
}

/** Presets say in their name which half they are for. */
function presetScope(root: string): ProjectScope {
  const name = root.slice(root.lastIndexOf('/') + 1);
  if (name.startsWith('controller-')) return 'control-plane';
  if (name.startsWith('proxy-')) return 'data-plane';
  throw new Error(`${root}: a preset's name starts with controller- or proxy-`);
}
