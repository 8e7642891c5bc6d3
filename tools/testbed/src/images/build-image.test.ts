import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildImage, programWithLibraries, type ImageOptions } from './build-image.ts';
import { writeLayer, type ImageEntry } from './layer.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'testbed-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** What the machine's own tar reads. */
function listing(file: string): readonly string[] {
  const lines = execFileSync('tar', ['--numeric-owner', '--utc', '--full-time', '-tvf', file], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  })
    .trimEnd()
    .split('\n');
  return lines.map((line) => line.replaceAll(/ +/g, ' '));
}

function contents(file: string, member: string): string {
  return execFileSync('tar', ['-xOf', file, member], { encoding: 'utf8' });
}

function layer(entries: readonly ImageEntry[]): string {
  const file = join(folder, 'layer.tar');
  const { digest, sizeBytes } = writeLayer(entries, file);
  const bytes = readFileSync(file);
  expect([digest, sizeBytes]).toEqual([createHash('sha256').update(bytes).digest('hex'), bytes.length]);
  return file;
}

// What was written is read by GNU tar.
const noGnuTar = process.platform !== 'linux';

describe.skipIf(noGnuTar)('writeLayer', () => {
  it('writes files, folders and links in order, with the folders above them, modes and owners', () => {
    const file = layer([
      { path: '/usr/bin/x', content: 'program', mode: 0o755 },
      { path: '/data/', folder: true, mode: 0o700, userId: 1000, groupId: 1001 },
      { path: '/bin/x', target: '../usr/bin/x' },
    ]);
    expect(listing(file)).toEqual([
      'drwxr-xr-x 0/0 0 1970-01-01 00:00:00 bin/',
      'lrwxrwxrwx 0/0 0 1970-01-01 00:00:00 bin/x -> ../usr/bin/x',
      'drwx------ 1000/1001 0 1970-01-01 00:00:00 data/',
      'drwxr-xr-x 0/0 0 1970-01-01 00:00:00 usr/',
      'drwxr-xr-x 0/0 0 1970-01-01 00:00:00 usr/bin/',
      '-rwxr-xr-x 0/0 7 1970-01-01 00:00:00 usr/bin/x',
    ]);
    expect(contents(file, 'usr/bin/x')).toBe('program');
  });

  it('copies a folder of the machine, links as links', () => {
    const source = join(folder, 'source');
    mkdirSync(join(source, 'deep'), { recursive: true });
    writeFileSync(join(source, 'deep/script'), '#!/bin/sh\n');
    chmodSync(join(source, 'deep/script'), 0o750);
    symlinkSync('deep/script', join(source, 'run'));
    const file = layer([{ path: '/app', source, userId: 7 }]);
    expect(listing(file).map((line) => line.replace(/ \d+ 1970-01-01 00:00:00/, ''))).toEqual([
      'drwxr-xr-x 7/0 app/',
      'drwxr-xr-x 7/0 app/deep/',
      '-rwxr-x--- 7/0 app/deep/script',
      'lrwxrwxrwx 7/0 app/run -> deep/script',
    ]);
  });

  it('takes any length of path, target and contents', () => {
    const long = `${'folder/'.repeat(30)}ümlaut-${'x'.repeat(120)}`;
    const file = layer([
      { path: long, content: Buffer.alloc(1025, 'a') },
      { path: 'link', target: `/${long}` },
    ]);
    expect(contents(file, long)).toBe('a'.repeat(1025));
    // tar shows bytes beyond ASCII as octal numbers in this locale.
    expect(listing(file).at(-1)).toContain(`link -> /${long.replace('ü', '\\303\\274')}`);
  });

  it('lets later entries replace earlier ones', () => {
    expect(
      contents(
        layer([
          { path: 'a', content: 'old' },
          { path: '/a', content: 'new' },
        ]),
        'a',
      ),
    ).toBe('new');
  });

  it('says what is absent or cannot be in an image', () => {
    expect(() => layer([{ path: 'a', source: join(folder, 'absent') }])).toThrow('absent');
    expect(() => layer([{ path: 'null', source: '/dev/null' }])).toThrow('/dev/null is neither');
  });
});

describe.skipIf(noGnuTar)('buildImage', () => {
  const options: ImageOptions = {
    names: ['registry.example:5000/team/app:v1', 'app'],
    base: [[{ path: '/lib/x', content: 'base' }]],
    files: [{ path: '/app', content: 'app', mode: 0o755 }],
    entrypoint: ['/app'],
    command: ['--help'],
    environment: { MODE: 'test' },
    user: '1000:1000',
    ports: ['8080/tcp'],
    labels: { team: 'x' },
    architecture: 'amd64',
  };
  const json = (file: string, member: string): any => JSON.parse(contents(file, member));
  const blobOf = (digest: string): string => `blobs/${digest.replace(':', '/')}`;

  it('writes an OCI layout whose digests and sizes are true', async () => {
    const file = join(folder, 'app.tar');
    await buildImage(options, file);
    const index = json(file, 'index.json');
    expect(index.manifests.map(({ annotations }: any) => annotations)).toEqual([
      { 'io.containerd.image.name': 'registry.example:5000/team/app:v1', 'org.opencontainers.image.ref.name': 'v1' },
      { 'io.containerd.image.name': 'app', 'org.opencontainers.image.ref.name': 'latest' },
    ]);
    const manifest = json(file, blobOf(index.manifests[0].digest));
    for (const { digest, size } of [index.manifests[0], manifest.config, ...manifest.layers]) {
      const bytes = execFileSync('tar', ['-xOf', file, blobOf(digest)]);
      expect([digest, size]).toEqual([`sha256:${createHash('sha256').update(bytes).digest('hex')}`, bytes.length]);
    }
    expect(json(file, blobOf(manifest.config.digest))).toEqual({
      architecture: 'amd64',
      os: 'linux',
      config: {
        Entrypoint: ['/app'],
        Cmd: ['--help'],
        Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'MODE=test'],
        User: '1000:1000',
        WorkingDir: '/',
        ExposedPorts: { '8080/tcp': {} },
        Labels: { team: 'x' },
      },
      rootfs: { type: 'layers', diff_ids: manifest.layers.map(({ digest }: any) => digest) },
    });
    expect(json(file, 'oci-layout')).toEqual({ imageLayoutVersion: '1.0.0' });
  });

  it('can be read by Docker as well', async () => {
    const file = join(folder, 'app.tar');
    await buildImage(options, file);
    const [docker] = json(file, 'manifest.json');
    expect(docker.RepoTags).toEqual(options.names);
    expect(json(file, docker.Config).rootfs.diff_ids.map(blobOf)).toEqual(docker.Layers);
    expect(contents(file, docker.Layers[1]).includes('app')).toBe(true);
  });

  it('makes the same bytes of the same files, and leaves nothing else', async () => {
    await buildImage(options, join(folder, 'one.tar'));
    await buildImage(options, join(folder, 'two.tar'));
    expect(readFileSync(join(folder, 'one.tar')).equals(readFileSync(join(folder, 'two.tar')))).toBe(true);
    expect(readdirSync(folder)).toEqual(['one.tar', 'two.tar']);
  });

  it('leaves nothing when it fails', async () => {
    await expect(buildImage({ ...options, files: [{ path: 'x', source: join(folder, 'absent') }] }, join(folder, 'x.tar'))).rejects.toThrow(
      'absent',
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe.skipIf(process.platform !== 'linux')('programWithLibraries', () => {
  it('finds what a program is linked with: it runs in a root file system of nothing else', async () => {
    const entries = await programWithLibraries(process.execPath, '/bin/node');
    expect(entries.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/bin/node', expect.stringMatching(/libc\.so\.6$/), expect.stringMatching(/ld-linux/)]),
    );
    expect(entries.every((entry) => 'source' in entry && entry.source.startsWith('/'))).toBe(true);
  });
});
