import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

/** Root of this checkout. */
export const CHECKOUT: string = join(import.meta.dirname, '../../..');

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** A package of this checkout and everything of this checkout that it needs, by name. */
export function packageClosure(name: string, found: Set<string> = new Set<string>()): ReadonlySet<string> {
  found.add(name);
  const { dependencies = {} } = JSON.parse(readFileSync(join(CHECKOUT, 'node_modules', name, 'package.json'), 'utf8')) as Manifest;
  for (const dependency of Object.keys(dependencies)) {
    if (dependency.startsWith('@gibbon/') && !found.has(dependency)) packageClosure(dependency, found);
  }
  return found;
}

/**
 * Packs packages as they would be published.
 * @returns path of each tarball, by package name.
 * @throws Error naming the packages that are not built.
 */
export async function packPackages(names: ReadonlySet<string>, destination: string): Promise<ReadonlyMap<string, string>> {
  const unbuilt = [...names].filter((name) => !existsSync(join(CHECKOUT, 'node_modules', name, 'dist')));
  if (unbuilt.length > 0) throw new Error(`not built: ${unbuilt.join(', ')}; run \`npx nx test e2e-extension\`, which builds first`);
  const selected = [...names].map((name) => `--workspace=${name}`);
  const { stdout } = await runCommand('npm', ['pack', '--json', `--pack-destination=${destination}`, ...selected], { cwd: CHECKOUT });
  const packed = JSON.parse(stdout) as
    | readonly { readonly name: string; readonly filename: string }[]
    | Readonly<Record<string, { readonly filename: string }>>;
  const entries = Array.isArray(packed)
    ? packed.map(({ name, filename }) => [name, filename] as const)
    : Object.entries(packed).map(([name, { filename }]) => [name, filename] as const);
  return new Map(entries.map(([name, filename]) => [name, join(destination, filename)]));
}
