import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { generateFiles, installPackagesTask, type GeneratorCallback, type Tree } from '@nx/devkit';

/** Options of every generator here. */
export interface ModuleOptions {
  /** kebab-case. */
  readonly name: string;
  /** One sentence. Default: one that says what the generated code does. */
  readonly summary?: string;
  /** Whether the new package is left unlinked. */
  readonly skipInstall?: boolean;
}

interface ModuleKind {
  readonly kind: 'plugin' | 'balancer' | 'health' | 'translator';
  /** Folder of the kind's projects. */
  readonly folder: string;
  readonly summary: string;
}

const TEMPLATES = join(import.meta.dirname, '../../templates');

/** A plugin that sets a response header: `nx g @gibbon/tools:plugin my-plugin`. */
export const plugin = generatorOf({ kind: 'plugin', folder: 'libs/plugins', summary: 'Sets a header of each response.' });

/** A balancer that takes peers in turn: `nx g @gibbon/tools:balancer my-balancer`. */
export const balancer = generatorOf({
  kind: 'balancer',
  folder: 'libs/balancers',
  summary: 'Takes the peers in turn, each as often as its weight says.',
});

/** An active health check that asks for a page: `nx g @gibbon/tools:health my-check`. */
export const health = generatorOf({
  kind: 'health',
  folder: 'libs/health',
  summary: 'Asks targets for a page and takes an answer below 500 as healthy.',
});

/** A translator of one kind of object: `nx g @gibbon/tools:translator my-objects`. */
export const translator = generatorOf({
  kind: 'translator',
  folder: 'libs/translators',
  summary: 'Objects of a kind of its own to consumers.',
});

function generatorOf(kind: ModuleKind): (tree: Tree, options: ModuleOptions) => GeneratorCallback {
  return (tree, options) => {
    const root = `${kind.folder}/${options.name}`;
    checkOptions(tree, root, options);
    generateFiles(tree, join(TEMPLATES, kind.kind), root, substitutions(kind, options));
    return () => {
      // Lines are as long as the name makes them.
      spawnSync(process.execPath, ['node_modules/oxfmt/bin/oxfmt', root], { cwd: tree.root });
      if (options.skipInstall !== true) installPackagesTask(tree);
      console.log(`\nAdd @gibbon/${kind.kind}-${options.name} to a preset's package.json and list, or load it with --modules ${root}.\n`);
    };
  };
}

function checkOptions(tree: Tree, root: string, { name, summary }: ModuleOptions): void {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name))
    throw new Error(`"${name}" is not a module name: write lower-case words joined by hyphens, such as request-stamp`);
  if (summary !== undefined && !/^[A-Z][^'"`\\<>&]*\.$/.test(summary))
    throw new Error('the summary is one sentence without quotes: a capital letter first, a full stop last');
  if (tree.exists(`${root}/package.json`)) throw new Error(`${root} exists already`);
}

function substitutions({ kind, summary }: ModuleKind, options: ModuleOptions): Record<string, string> {
  const words = options.name.split('-').map((word) => `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`);
  return {
    kind,
    name: options.name,
    /** Name of the algorithm's class. */
    className: words.join(''),
    summary: options.summary ?? summary,
  };
}
