import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { imageName, prepareAppImage, type AppName } from '@gibbon/image';
import { cacheFolder } from './cache-folder.ts';

/** Images of this checkout. */
export interface GibbonImages {
  /** Of all of them: named after their content, so that other sources are another image to Kubernetes. */
  readonly tag: string;
  /** Tars to load. */
  readonly files: readonly string[];
  /** References by app. */
  readonly names: Readonly<Record<'controller' | 'proxy', string>>;
}

const APPS = ['controller', 'proxy'] as const satisfies readonly AppName[];

/** How many older sets stay, each some 300 MB, and how old one must be before it goes: somebody may be loading it. */
const KEPT_SETS = 2;
const KEPT_MS = 10 * 60_000;

/** Builds the images of controller and proxy where the cache does not have them. Sources that have not changed cost the bundling, about a second. */
export async function ensureImages(): Promise<GibbonImages> {
  const prepared = await Promise.all(APPS.map((app) => prepareAppImage(app)));
  const hash = createHash('sha256');
  for (const { digest } of prepared) hash.update(digest);
  const tag = `dev-${hash.digest('hex').slice(0, 12)}`;
  const folder = join(cacheFolder(), 'images', tag);
  mkdirSync(folder, { recursive: true });
  const files = prepared.map(({ app }) => join(folder, `${app}.tar`));
  for (const [index, image] of prepared.entries()) {
    const file = files[index] as string;
    if (!existsSync(file)) await image.write(file, [imageName(image.app, tag)]);
  }
  const now = new Date();
  utimesSync(folder, now, now);
  removeOldSets(join(cacheFolder(), 'images'), tag);
  return { tag, files, names: { controller: imageName('controller', tag), proxy: imageName('proxy', tag) } };
}

function removeOldSets(folder: string, used: string): void {
  const sets = readdirSync(folder)
    .filter((name) => name !== used)
    .map((name) => ({ path: join(folder, name), usedAt: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.usedAt - a.usedAt);
  for (const { path, usedAt } of sets.slice(KEPT_SETS)) if (Date.now() - usedAt > KEPT_MS) rmSync(path, { recursive: true, force: true });
}
