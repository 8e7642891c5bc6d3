import type { TargetConfiguration } from '@nx/devkit';
import type { ProjectType } from './groups.ts';

/** Everything that decides what lint says, beside the files linted. */
const LINT_SETUP = ['{workspaceRoot}/.oxlintrc.json', '{workspaceRoot}/tools/lint/src/**/*', '{workspaceRoot}/tools/nx-plugin/src/**/*'];

/** Everything that decides what the compiler says, beside the files compiled. */
const TYPES_SETUP = ['{workspaceRoot}/tsconfig.base.json', '{workspaceRoot}/tools/nx-plugin/src/compile/**/*'];

/** All sources, for the targets that look at the whole tree at once. */
const WHOLE_TREE = [
  '{workspaceRoot}/{apps,libs,tools,e2e,examples}/**/*',
  '{workspaceRoot}/*.json',
  '{workspaceRoot}/.oxlintrc.json',
  '!{workspaceRoot}/**/dist/**',
  '!{workspaceRoot}/**/node_modules/**',
];

/** Types whose packages other people install. */
const UNPUBLISHED: ReadonlySet<ProjectType> = new Set<ProjectType>(['tool', 'e2e']);

/** Folder of the test reports that `npm test` adds up, from the workspace's root. */
const REPORTS = 'node_modules/.cache/gibbon/reports';

function reportTo(name: string): string {
  return `--reporter=default --reporter=json --outputFile.json=${REPORTS}/${name}.json`;
}

/** The targets of one project. `root` is its folder from the workspace's root. */
export function projectTargets(root: string, type: ProjectType): Record<string, TargetConfiguration> {
  return {
    typecheck: command(`node tools/nx-plugin/src/compile/main.ts typecheck ${root}`, {
      inputs: ['default', '^default', ...TYPES_SETUP],
    }),
    lint: command(`oxlint --type-aware --deny-warnings --report-unused-disable-directives ${root}`, {
      inputs: ['default', '^production', ...LINT_SETUP],
    }),
    test: command(`vitest run --config tools/vitest/vitest.config.ts --dir ${root}`, {
      inputs: ['default', '^default'],
      // Black-box tests start processes and look at what the whole tree does: a stored answer would prove nothing.
      ...(type === 'e2e' ? { cache: false, dependsOn: ['^build'] } : {}),
    }),
    ...(UNPUBLISHED.has(type) ? {} : { build: buildTarget(root) }),
  };
}

function buildTarget(root: string): TargetConfiguration {
  return command(`node tools/nx-plugin/src/compile/main.ts build ${root}`, {
    dependsOn: ['^build'],
    inputs: ['production', '^production', ...TYPES_SETUP],
    outputs: ['{projectRoot}/dist'],
  });
}

/**
 * Targets of the root project that do in one process what `run-many` does in sixty.
 * Measured in docs/decisions/0006-whole-tree-targets.md.
 */
export function wholeTreeTargets(): Record<string, TargetConfiguration> {
  return {
    'tree-typecheck': command('tsc -p tsconfig.json', { inputs: WHOLE_TREE }),
    'tree-lint': command('oxlint --type-aware --deny-warnings --report-unused-disable-directives', { inputs: WHOLE_TREE }),
    'tree-format': command('oxfmt --check .', { inputs: [...WHOLE_TREE, '{workspaceRoot}/.oxfmtrc.json', '{workspaceRoot}/.ci/**/*'] }),
    // One module graph for all files of a worker: setting up one for each of 290 takes as long as the tests.
    'tree-test': command(`vitest run --config tools/vitest/vitest.config.ts --no-isolate --exclude '**/e2e/**' ${reportTo('unit')}`, {
      inputs: WHOLE_TREE,
      outputs: [`{workspaceRoot}/${REPORTS}/unit.json`],
    }),
    'tree-e2e': command(`vitest run --config tools/vitest/vitest.config.ts --dir e2e --no-file-parallelism ${reportTo('e2e')}`, {
      cache: false,
      // What e2e/extension packs.
      dependsOn: [{ projects: ['@gibbon/cli'], target: 'build' }],
    }),
    'tree-docs': command('node --conditions=@gibbon/source tools/docs/src/main.ts --check', {
      inputs: [...WHOLE_TREE, '{workspaceRoot}/docs/**/*'],
    }),
    'tree-deploy': command('node --conditions=@gibbon/source tools/deploy/src/main.ts --check', {
      inputs: [...WHOLE_TREE, '{workspaceRoot}/deploy/**/*'],
    }),
  };
}

/** A cached shell command run in the workspace's root, where Nx puts `node_modules/.bin`, and so the pinned Node, first in PATH. */
function command(line: string, rest: Partial<TargetConfiguration>): TargetConfiguration {
  return { executor: 'nx:run-commands', cache: true, options: { command: line, cwd: '{workspaceRoot}' }, ...rest };
}
