import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ImageEntry } from '@gibbon/testbed';

const LICENCE_FILE = /^(?:licen[cs]e|notice|copying)(?:[.-]|$)/i;

interface Package {
  readonly root: string;
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly license?: string;
}

/**
 * The licences of packages whose code is in an image, as their terms ask; of a package without a licence file, what its
 * manifest says.
 * @param modules files of those packages. @param folder where they go, a folder for each package.
 * @throws Error for a package that says nothing.
 */
export function licencesOf(modules: readonly string[], folder: string): readonly ImageEntry[] {
  const packages = new Map(modules.map((module) => packageAbove(module)).map((found) => [found.name, found]));
  return [...packages.values()].flatMap(({ root, name, version, license }) => {
    const files = readdirSync(root).filter((file) => LICENCE_FILE.test(file));
    if (files.length > 0)
      return files.map((file): ImageEntry => ({ path: `${folder}/${name}/${file}`, source: join(root, file), mode: 0o644 }));
    if (license === undefined) throw new Error(`${name} in ${root} does not say under which licence it is`);
    return [{ path: `${folder}/${name}/LICENSE`, content: `${name} ${version}\nSPDX-License-Identifier: ${license}\n` }];
  });
}

/** Folders within a package may have a package.json too, which then has no name or no version. */
function packageAbove(file: string): Package {
  for (let root = dirname(file); root !== dirname(root); root = dirname(root)) {
    const manifest = join(root, 'package.json');
    if (!existsSync(manifest)) continue;
    const { name, version, license } = JSON.parse(readFileSync(manifest, 'utf8')) as Partial<Package>;
    if (name !== undefined && version !== undefined) return { root, name, version, ...(license !== undefined && { license }) };
  }
  throw new Error(`${file} belongs to no package`);
}
