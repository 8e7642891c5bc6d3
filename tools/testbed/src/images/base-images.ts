import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { cacheFolder } from '../folders.ts';
import { programPath } from '../parts/build.ts';
import { buildImage, type ImageOptions } from './build-image.ts';
import { DNS_IMAGE, ECHO_IMAGE, PAUSE_IMAGE } from './names.ts';

/** Images of one static program each that every testbed has. */
const IMAGES: Readonly<Record<string, Omit<ImageOptions, 'files' | 'entrypoint'>>> = {
  pause: { names: [PAUSE_IMAGE], user: '65535:65535' },
  coredns: { names: [DNS_IMAGE, DNS_IMAGE.replace(':v', ':')] },
  echo: { names: [ECHO_IMAGE], user: '65532:65532', ports: ['8080/tcp'] },
};

/**
 * Makes the images that every testbed has where they are not in the cache.
 * @returns their tars, pause first. The programs must be built.
 */
export async function ensureBaseImages(cache = cacheFolder()): Promise<readonly string[]> {
  const files: string[] = [];
  for (const [name, image] of Object.entries(IMAGES)) {
    const program = programPath(name, cache);
    const options: ImageOptions = { ...image, entrypoint: [`/${name}`], files: [{ path: `/${name}`, source: program, mode: 0o755 }] };
    const built = basename(dirname(program));
    const hash = createHash('sha256')
      .update(JSON.stringify([image, built]))
      .digest('hex')
      .slice(0, 12);
    const file = join(cache, 'images', `${name}-${hash}.tar`);
    if (!existsSync(file)) await buildImage(options, file);
    files.push(file);
  }
  return files;
}
