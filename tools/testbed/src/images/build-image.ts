import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { mustRun } from '../run-command.ts';
import { writeLayer, type ImageEntry, type Layer } from './layer.ts';

/** What an image holds and how it runs. */
export interface ImageOptions {
  /** Full references, e.g. `registry.k8s.io/pause:3.10`. */
  readonly names: readonly string[];
  /** The top layer. */
  readonly files: readonly ImageEntry[];
  /** Layers beneath it, lowest first. Images whose lower layers are equal share them in the container engine. */
  readonly base?: readonly (readonly ImageEntry[])[];
  readonly entrypoint: readonly string[];
  /** Default arguments, which a pod's `args` replace. */
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** User, and group after a colon, e.g. `1000:1000`. Numbers, so that `runAsNonRoot` can be checked. Default root. */
  readonly user?: string;
  readonly workingFolder?: string;
  /** Ports by number and protocol, e.g. `8080/tcp`. They are a note and open nothing. */
  readonly ports?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  /** As Go calls it; default this machine's. */
  readonly architecture?: string;
}

const MEDIA = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
} as const;

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Writes an image as one tar, an OCI layout that `docker load` understands as well: `ctr images import`, `podman load` and
 * {@link Testbed.loadImage} take it. Layers are not compressed: they are made and read on one machine. The same files make the same bytes.
 * @param file where the tar goes; it appears whole or not at all.
 * @see https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export async function buildImage(options: ImageOptions, file: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const work = mkdtempSync(join(dirname(file), '.image-'));
  try {
    const blobs: ImageEntry[] = [];
    const layers = [...(options.base ?? []), options.files].map((entries, index) => {
      const source = join(work, `layer-${index}`);
      const layer = writeLayer(entries, source);
      blobs.push({ path: blobPath(layer.digest), source, mode: 0o644 });
      return layer;
    });
    writeLayer([...blobs, ...describe(options, layers)], join(work, 'image.tar'));
    renameSync(join(work, 'image.tar'), file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The JSON files of an image. */
function describe(options: ImageOptions, layers: readonly Layer[]): readonly ImageEntry[] {
  const config = blob(imageConfig(options, layers));
  const manifest = blob({
    schemaVersion: 2,
    mediaType: MEDIA.manifest,
    config: descriptor(MEDIA.config, config),
    layers: layers.map((layer) => descriptor(MEDIA.layer, layer)),
  });
  const index = options.names.map((name) => ({
    ...descriptor(MEDIA.manifest, manifest),
    // containerd reads the first, the specification says the second.
    annotations: { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': tagOf(name) },
  }));
  const docker = [{ Config: blobPath(config.digest), RepoTags: options.names, Layers: layers.map(({ digest }) => blobPath(digest)) }];
  return [
    config.entry,
    manifest.entry,
    { path: 'index.json', content: JSON.stringify({ schemaVersion: 2, mediaType: MEDIA.index, manifests: index }) },
    { path: 'oci-layout', content: JSON.stringify({ imageLayoutVersion: '1.0.0' }) },
    { path: 'manifest.json', content: JSON.stringify(docker) },
  ];
}

/** @see https://github.com/opencontainers/image-spec/blob/main/config.md */
function imageConfig(options: ImageOptions, layers: readonly Layer[]): unknown {
  const variables = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...options.environment };
  return {
    architecture: options.architecture ?? ARCHITECTURES[process.arch] ?? process.arch,
    os: 'linux',
    config: {
      Entrypoint: options.entrypoint,
      ...(options.command === undefined ? {} : { Cmd: options.command }),
      Env: Object.entries(variables).map(([name, value]) => `${name}=${value}`),
      ...(options.user === undefined ? {} : { User: options.user }),
      WorkingDir: options.workingFolder ?? '/',
      ...(options.ports === undefined ? {} : { ExposedPorts: Object.fromEntries(options.ports.map((port) => [port, {}])) }),
      ...(options.labels === undefined ? {} : { Labels: options.labels }),
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => `sha256:${digest}`) },
  };
}

function blob(value: unknown): Layer & { readonly entry: ImageEntry } {
  const content = JSON.stringify(value);
  const digest = createHash('sha256').update(content).digest('hex');
  return { digest, sizeBytes: Buffer.byteLength(content), entry: { path: blobPath(digest), content } };
}

function blobPath(digest: string): string {
  return `blobs/sha256/${digest}`;
}

function descriptor(mediaType: string, { digest, sizeBytes }: Layer): Readonly<Record<string, unknown>> {
  return { mediaType, digest: `sha256:${digest}`, size: sizeBytes };
}

function tagOf(name: string): string {
  const last = basename(name);
  return last.includes(':') ? last.slice(last.indexOf(':') + 1) : 'latest';
}

/**
 * A dynamically linked program with the libraries that the loader of this machine finds for it: enough to run it in an
 * otherwise empty image.
 * @param path program on this machine. @param target where it goes in the image.
 * @throws Error when a library is not found.
 */
export async function programWithLibraries(path: string, target: string): Promise<readonly ImageEntry[]> {
  const listed = await mustRun('ldd', [path]);
  const missing = /^\s*(\S+) => not found/m.exec(listed)?.[1];
  if (missing !== undefined) throw new Error(`${path} needs ${missing}, which this machine does not have`);
  const libraries = [...listed.matchAll(/(?:^|\s)(\/\S+) \(0x/g)].map((match) => match[1] as string);
  // A library may be a link to the file of its version: the contents go where the loader looks.
  return [
    { path: target, source: path, mode: 0o755 },
    ...libraries.map((library): ImageEntry => ({ path: library, source: realpathSync(library), mode: 0o755 })),
  ];
}
