import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildImage, type ImageEntry } from '@gibbon/testbed';
import { APPS, imageName, USER_ID, type AppName } from './apps.ts';
import { bundleApp, type Bundle } from './bundle.ts';
import { compileCacheOf } from './compile-cache.ts';
import { licencesOf } from './licences.ts';
import { NODE, nodeProgram, nodeRuntime } from './node-runtime.ts';

const ROOT = join(import.meta.dirname, '../../..');
const FOLDER = '/app';

/** How an image is made. */
export interface AppImageOptions {
  readonly app: AppName;
  /** Where the tar goes. */
  readonly file: string;
  /** References under which the image is known; default `gibbon.dev/<app>:<version>`. */
  readonly names?: readonly string[];
}

/** An app that is bundled and not an image yet. */
export interface PreparedImage {
  readonly app: AppName;
  /** What the image depends on, as a SHA-256 in hexadecimal digits: the code, not when it was made. */
  readonly digest: string;
  /** Writes the tar under these references. */
  write(file: string, names: readonly string[]): Promise<void>;
}

/** Version of Gibbon in this checkout. */
export function workspaceVersion(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string }).version;
}

/**
 * Bundles an app and writes its image as one tar: for `ctr images import`, `docker load`, `podman load` or a testbed. Needs
 * no container engine. The same checkout on the same system makes the same bytes, but for the layer of compiled code.
 * @returns the references under which the image is known.
 */
export async function buildAppImage({
  app,
  file,
  names = [imageName(app, workspaceVersion())],
}: AppImageOptions): Promise<readonly string[]> {
  const prepared = await prepareAppImage(app);
  await prepared.write(file, names);
  return names;
}

/** Bundles an app, so that one can see whether its image is there already: bundling takes a second, an image 155 MB. */
export async function prepareAppImage(app: AppName): Promise<PreparedImage> {
  const bundle = await bundleApp(app);
  return { app, digest: digestOf(bundle), write: (file, names) => writeImage(app, bundle, { file, names }) };
}

function digestOf({ files }: Bundle): string {
  const hash = createHash('sha256').update(`${workspaceVersion()} ${process.version} ${process.arch}`);
  for (const [name, content] of files) hash.update(`\0${name} ${content.length}\0`).update(content);
  return hash.digest('hex');
}

function codeOf({ files, foreignModules }: Bundle): readonly ImageEntry[] {
  return [
    ...[...files].map(([name, content]): ImageEntry => ({ path: `${FOLDER}/${name}`, content })),
    // Node takes .js files for modules of the language by this.
    { path: `${FOLDER}/package.json`, content: '{ "type": "module" }\n' },
    { path: `${FOLDER}/LICENSE`, source: join(ROOT, 'LICENSE'), mode: 0o644 },
    ...licencesOf(foreignModules, `${FOLDER}/licenses`),
  ];
}

async function writeImage(app: AppName, bundle: Bundle, target: { readonly file: string; readonly names: readonly string[] }) {
  const { title, ports } = APPS[app];
  const cache = await compileCacheOf(app, bundle, nodeProgram());
  await buildImage(
    {
      names: target.names,
      base: [await nodeRuntime(), codeOf(bundle)],
      // A layer of its own, as it is other bytes each time.
      files: cache.files(FOLDER),
      environment: cache.environment(FOLDER),
      entrypoint: [NODE, `${FOLDER}/main.js`, app],
      user: `${USER_ID}:${USER_ID}`,
      workingFolder: FOLDER,
      ports,
      labels: {
        'org.opencontainers.image.title': title,
        'org.opencontainers.image.version': workspaceVersion(),
        'org.opencontainers.image.licenses': 'Apache-2.0',
      },
    },
    target.file,
  );
}
