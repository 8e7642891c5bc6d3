import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { imageName, prepareAppImage, type AppName } from '@gibbon/image';
import { cacheFolder } from './cache-folder.ts';
import { keepImageSet } from './image-sets.ts';

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
  keepImageSet(join(cacheFolder(), 'images'), tag);
  return { tag, files, names: { controller: imageName('controller', tag), proxy: imageName('proxy', tag) } };
}
