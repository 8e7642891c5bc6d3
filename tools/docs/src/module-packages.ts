import { readFileSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { AnyModule } from '@gibbon/contracts/module';

/** A module of a preset, with the package that it comes from. */
export interface DocumentedModule {
  readonly definition: AnyModule;
  readonly packageName: string;
  /** Folder of the package from the workspace's root. */
  readonly folder: string;
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * The modules that a preset's dependencies export, in the order of its package.json.
 * @throws Error when the preset lists a module that none of its dependencies exports.
 */
export async function modulesOf(root: string, preset: string, listed: readonly AnyModule[]): Promise<readonly DocumentedModule[]> {
  const { dependencies = {} } = JSON.parse(readFileSync(join(root, 'node_modules', preset, 'package.json'), 'utf8')) as Manifest;
  const found: DocumentedModule[] = [];
  for (const packageName of Object.keys(dependencies)) {
    const { default: exported } = (await import(packageName)) as { readonly default?: AnyModule | readonly AnyModule[] };
    const folder = relative(root, realpathSync(join(root, 'node_modules', packageName)));
    for (const definition of [exported ?? []].flat()) found.push({ definition, packageName, folder });
  }
  const lost = listed.filter((definition) => !found.some((module) => module.definition === definition));
  if (lost.length > 0) throw new Error(`${preset} lists ${lost.map(({ id }) => id).join(', ')}, exported by none of its dependencies`);
  return found;
}
