import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildImage, DNS_IMAGE } from '@gibbon/testbed';
import type { Suite } from './build-suite.ts';

/** Images by who has them. */
export interface SuiteImages {
  /** References under which the suite's own backend is known. */
  readonly echo: readonly string[];
}

/**
 * Sorts the images that the suite's manifests ask for.
 * @throws Error for those that nothing here makes: their pods would never start.
 */
export function sortImages(images: readonly string[]): SuiteImages {
  const unknown = images.filter((image) => repository(image) !== 'echo-basic' && image !== DNS_IMAGE);
  if (unknown.length > 0) throw new Error(`the suite's manifests ask for images that are not built here: ${unknown.join(', ')}`);
  return { echo: images.filter((image) => repository(image) === 'echo-basic') };
}

/** Makes the images that a testbed does not have by itself. @returns their tars. */
export async function ensureSuiteImages(suite: Suite): Promise<readonly string[]> {
  const { echo } = sortImages(suite.images);
  const file = join(suite.folder, 'echo-basic.tar');
  if (!existsSync(file)) {
    const files = [{ path: '/echo-basic', source: suite.echoProgram, mode: 0o755 }];
    await buildImage({ names: echo, files, entrypoint: ['/echo-basic'], user: '65532:65532' }, file);
  }
  return [file];
}

function repository(image: string): string {
  return image.slice(image.lastIndexOf('/') + 1).replace(/[:@].*$/, '');
}
