/** A row of the boundary table, in the form of Nx's `depConstraints`. */
export interface Constraint {
  readonly sourceTag: string;
  readonly onlyDependOnLibsWithTags: readonly string[];
  readonly bannedExternalImports?: readonly string[];
  readonly allowedExternalImports?: readonly string[];
}

const DI = ['tsyringe', 'reflect-metadata'];
const CLUSTER = ['@kubernetes/*'];
const TEST_EXTERNALS = ['vitest', 'fast-check'];
const ALL_MODULES = ['source', 'translator', 'publisher', 'dataplane', 'controlplane', 'balancer', 'health', 'plugin'];

function type(name: string, mayUse: readonly string[], externals: Partial<Constraint> = {}): Constraint {
  return { sourceTag: `type:${name}`, onlyDependOnLibsWithTags: mayUse.map((tag) => `type:${tag}`), ...externals };
}

function scope(name: string, mayUse: readonly string[]): Constraint {
  return { sourceTag: `scope:${name}`, onlyDependOnLibsWithTags: mayUse.map((tag) => `scope:${tag}`) };
}

/**
 * Who may depend on whom. A project has one `type:` and one `scope:` tag, and both rows apply.
 * Direction: apps -> presets -> modules -> (dataplane | controlplane | k8s) -> model -> contracts; the kernel stands beside
 * the modules and only apps use it.
 */
export const CONSTRAINTS: readonly Constraint[] = [
  type('contracts', ['contracts'], { bannedExternalImports: ['*'] }),
  type('model', ['contracts', 'model', 'util'], { allowedExternalImports: ['yaml'] }),
  type('util', ['contracts', 'util'], { bannedExternalImports: [...DI, ...CLUSTER] }),
  type('kernel', ['contracts', 'util'], { allowedExternalImports: DI }),
  type('pdk', ['contracts', 'util'], { bannedExternalImports: ['*'] }),
  type('controlplane', ['contracts', 'model', 'util', 'controlplane'], { bannedExternalImports: [...DI, ...CLUSTER, 'undici', 'pino'] }),
  type('k8s', ['contracts', 'util', 'k8s'], { bannedExternalImports: [...DI, 'pino'] }),
  type('source', ['contracts', 'model', 'util', 'k8s'], { bannedExternalImports: [...DI, 'undici', 'pino'] }),
  type('translator', ['contracts', 'model', 'util'], { bannedExternalImports: [...DI, ...CLUSTER, 'undici', 'pino'] }),
  type('publisher', ['contracts', 'model', 'util'], { bannedExternalImports: [...DI, ...CLUSTER, 'undici', 'pino'] }),
  type('dataplane', ['contracts', 'model', 'util', 'pdk', 'dataplane'], { bannedExternalImports: [...DI, ...CLUSTER, 'pino'] }),
  type('balancer', ['contracts', 'util'], { bannedExternalImports: [...DI, ...CLUSTER, 'undici', 'pino'] }),
  type('health', ['contracts', 'util'], { bannedExternalImports: [...DI, ...CLUSTER, 'undici', 'pino'] }),
  type('plugin', ['contracts', 'model', 'util', 'pdk'], { bannedExternalImports: [...DI, ...CLUSTER, 'undici', 'pino'] }),
  type('preset', ['contracts', ...ALL_MODULES], { bannedExternalImports: ['*'] }),
  type('app', ['contracts', 'model', 'util', 'kernel', 'k8s', 'preset', 'app', ...ALL_MODULES], { bannedExternalImports: DI }),
  type('testing', ['contracts', 'model', 'util', 'pdk', 'testing'], { bannedExternalImports: DI }),
  type('tool', ['contracts', 'model', 'util', 'kernel', 'k8s', 'preset', 'app', 'testing', 'tool', ...ALL_MODULES], {
    bannedExternalImports: DI,
  }),
  type('e2e', ['contracts', 'model', 'util', 'kernel', 'k8s', 'preset', 'app', 'testing', 'tool', ...ALL_MODULES], {
    bannedExternalImports: DI,
  }),
  // The examples: outsiders, who see what is published for them.
  type('workspace', ['contracts', 'testing', 'tool', 'util']),
  scope('shared', ['shared']),
  scope('control-plane', ['control-plane', 'shared']),
  scope('data-plane', ['data-plane', 'shared']),
  scope('app', ['app', 'control-plane', 'data-plane', 'shared']),
];

/** The same for test files: they reach the testing libraries too, and what those bring. */
export const TEST_CONSTRAINTS: readonly Constraint[] = CONSTRAINTS.map((constraint) =>
  constraint.sourceTag.startsWith('scope:') ? constraint : forTests(constraint),
);

function forTests(constraint: Constraint): Constraint {
  const { bannedExternalImports: banned, allowedExternalImports: allowed, ...rest } = constraint;
  const onlyDependOnLibsWithTags = [...constraint.onlyDependOnLibsWithTags, 'type:testing'];
  if (allowed !== undefined) return { ...rest, onlyDependOnLibsWithTags, allowedExternalImports: [...allowed, ...TEST_EXTERNALS] };
  if (banned?.includes('*') === true) return { ...rest, onlyDependOnLibsWithTags, allowedExternalImports: TEST_EXTERNALS };
  return { ...constraint, onlyDependOnLibsWithTags };
}
