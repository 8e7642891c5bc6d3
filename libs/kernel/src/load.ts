import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BootProblem } from './problems.ts';
import type { Origin } from './registry.ts';

/** What a package that may be loaded says of itself in its `package.json`, under `gibbon`. */
interface PackageManifest {
  readonly name?: string;
  readonly version?: string;
  readonly exports?: unknown;
  readonly gibbon?: { readonly api?: number; readonly kinds?: readonly string[] };
}

/** Definitions of one package. */
export interface LoadedPackage {
  readonly definitions: readonly unknown[];
  readonly origin: Origin;
}

/**
 * Loads third-party modules by name: npm packages or folders, resolved from `fromFolder`. Only what is named is loaded:
 * installing a package activates nothing. The code is trusted: it runs in the process.
 * @returns what could be loaded, and a problem for everything that could not.
 */
export async function loadPackages(
  names: readonly string[],
  fromFolder: string,
): Promise<{ readonly packages: readonly LoadedPackage[]; readonly problems: readonly BootProblem[] }> {
  const packages: LoadedPackage[] = [];
  const problems: BootProblem[] = [];
  for (const name of names) {
    try {
      packages.push(await loadPackage(name, fromFolder));
    } catch (error) {
      problems.push({ subject: `module package "${name}"`, message: error instanceof Error ? error.message : String(error) });
    }
  }
  return { packages, problems };
}

async function loadPackage(name: string, fromFolder: string): Promise<LoadedPackage> {
  const folder = packageFolder(name, fromFolder);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageManifest;
  const api = manifest.gibbon?.api;
  if (api === undefined) throw new Error('its package.json has no "gibbon": { "api": 1, "kinds": [...] }: not a Gibbon module package');
  if (api !== 1) throw new Error(`it is written for version ${api} of the module contract; this build has version 1`);
  // A package with `exports` is reached by its own name; one without, as a folder with `main`.
  const require = createRequire(join(folder, 'package.json'));
  const entry = manifest.exports !== undefined && manifest.name !== undefined ? require.resolve(manifest.name) : require.resolve(folder);
  const loaded = (await import(pathToFileURL(entry).href)) as { readonly default?: unknown };
  if (loaded.default === undefined) throw new Error('it has no default export; export a definition or an array of definitions');
  const definitions = Array.isArray(loaded.default) ? (loaded.default as readonly unknown[]) : [loaded.default];
  return { definitions, origin: { packageName: manifest.name ?? name, packageVersion: manifest.version ?? '0.0.0' } };
}

function packageFolder(name: string, fromFolder: string): string {
  const require = createRequire(join(fromFolder, 'package.json'));
  const isPath = name.startsWith('.') || name.startsWith('/');
  const candidates = isPath
    ? [join(name.startsWith('/') ? '/' : fromFolder, name)]
    : (require.resolve.paths(name) ?? []).map((path) => join(path, name));
  for (const folder of candidates) {
    try {
      readFileSync(join(folder, 'package.json'));
      return folder;
    } catch {
      continue;
    }
  }
  throw new Error(
    `there is no such package; looked in ${candidates
      .map((path) => dirname(path))
      .slice(0, 3)
      .join(', ')}`,
  );
}
