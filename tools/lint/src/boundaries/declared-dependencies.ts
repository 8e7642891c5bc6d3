import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isTestFile, packageOf, visitImports, type Rule } from '../rule.ts';

interface Manifest {
  readonly name?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const manifests = new Map<string, Manifest | null>();

/** The nearest package.json upwards; read once per folder. */
function manifestOf(folder: string): Manifest | null {
  const known = manifests.get(folder);
  if (known !== undefined) return known;
  const file = join(folder, 'package.json');
  const parent = dirname(folder);
  const found = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : parent === folder ? null : manifestOf(parent);
  manifests.set(folder, found);
  return found;
}

function declares({ dependencies, peerDependencies, optionalDependencies }: Manifest, name: string): boolean {
  return [dependencies, peerDependencies, optionalDependencies].some((set) => set !== undefined && name in set);
}

/** What a package imports stands in its own package.json: the workspace's common node_modules would hide that it does not. */
export const declaredDependencies: Rule = {
  meta: { type: 'problem', docs: { description: 'Imported packages are declared as dependencies.' } },
  create(context) {
    const path = context.filename.replaceAll('\\', '/');
    if (isTestFile(path) || !/\/(?:libs|apps)\//.test(path)) return {};
    const manifest = manifestOf(dirname(context.filename));
    if (manifest === null) return {};
    return visitImports((specifier, node) => {
      const name = packageOf(specifier);
      if (name === null || name === manifest.name || declares(manifest, name)) return;
      context.report({ node, message: `"${name}" is not among the dependencies of ${manifest.name}; add it to its package.json.` });
    });
  },
};
