import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, unlink, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Configuration } from '@gibbon/contracts/entities';
import type { Publisher } from '@gibbon/contracts/publisher';
import { TARGET_PROFILE, type TargetProfile } from '@gibbon/contracts/translator';
import { ANY_PLUGIN, applyDelta, emptyConfiguration, parseDeclarative } from '@gibbon/model';
import { describePublisher, testService, TestScope, TestServices } from '@gibbon/testing-contract-kits';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import definition from './index.ts';

const KONG: TargetProfile = { kind: 'kong', version: '3.9', routerFlavor: 'traditional_compatible' };
const NEVER = new AbortController().signal;
const WEB = applyDelta(emptyConfiguration(), { services: { upserted: [testService({ name: 'web' })], deleted: [] } });

function make(
  path: string,
  options: { readonly profile?: TargetProfile; readonly mode?: string; readonly format?: 'yaml' | 'json' } = {},
): Publisher {
  const { profile = KONG, mode = '0640', format = null } = options;
  const deps = new TestServices([[TARGET_PROFILE, profile]]).resolve(definition.requires);
  return definition.create({ config: { path, format, mode }, deps: deps as never, scope: new TestScope() });
}

function parse(text: string): Configuration {
  const result = parseDeclarative(text, { plugins: ANY_PLUGIN });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.configuration;
}

describePublisher({
  name: definition.id,
  open: async (scope) => {
    const folder = await mkdtemp(join(tmpdir(), 'gibbon-file-'));
    scope.own(() => rm(folder, { recursive: true }));
    const path = join(folder, 'out', 'kong.yaml');
    await mkdir(join(folder, 'out'));
    return {
      publisher: make(path),
      served: async () => parse(await readFile(path, 'utf8')),
      break: () => rename(join(folder, 'out'), join(folder, 'away')),
      restore: () => rename(join(folder, 'away'), join(folder, 'out')),
    };
  },
});

let folder: string;
let path: string;
const publish = (publisher: Publisher, configuration: Configuration, signal = NEVER): ReturnType<Publisher['publish']> =>
  publisher.publish({ revision: 1, delta: null, full: () => configuration }, signal);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gibbon-file-'));
  path = join(folder, 'kong.yaml');
});
afterEach(async () => {
  // Nothing but what was asked for.
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  await rm(folder, { recursive: true });
});

describe('the file', () => {
  it('is YAML, or JSON where its name or the option says so', async () => {
    await publish(make(path), WEB);
    expect(await readFile(path, 'utf8')).toMatch(/^_format_version: ["']3\.0["']\nservices:\n/);
    await publish(make(join(folder, 'kong.json')), WEB);
    expect(JSON.parse(await readFile(join(folder, 'kong.json'), 'utf8'))).toMatchObject({
      _format_version: '3.0',
      services: [{ name: 'web' }],
    });
    await publish(make(path, { format: 'json' }), WEB);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ services: [{ name: 'web' }] });
  });

  it('is written only when its text would be another', async () => {
    const publisher = make(path);
    await publish(publisher, WEB);
    await utimes(path, 1, 1);
    await publish(publisher, WEB);
    expect((await stat(path)).mtimeMs).toBe(1000);
    await unlink(path);
    await publish(publisher, WEB);
    expect(parse(await readFile(path, 'utf8')).services).toHaveLength(1);
  });

  it('keeps its permissions, and has those of the option when it is new', async () => {
    await publish(make(path, { mode: '0600' }), WEB);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await chmod(path, 0o644);
    await publish(make(path), emptyConfiguration());
    expect((await stat(path)).mode & 0o777).toBe(0o644);
  });

  it('stays where a link points', async () => {
    await publish(make(path), WEB);
    const link = join(folder, 'link.yaml');
    await symlink('kong.yaml', link);
    await publish(make(link), emptyConfiguration());
    expect((await stat(link)).ino).toBe((await stat(path)).ino);
    expect(parse(await readFile(path, 'utf8')).services).toEqual([]);
  });

  it('stays as it was when the publisher is stopped', async () => {
    await publish(make(path), WEB);
    expect(await publish(make(path), emptyConfiguration(), AbortSignal.abort())).toMatchObject({ applied: false });
    expect(parse(await readFile(path, 'utf8')).services).toHaveLength(1);
  });

  it("has Gibbon's extensions for Gibbon alone", async () => {
    const upstream = {
      ...JSON.parse('{"hash_on":"none"}'),
      id: '0e000000-0000-4000-8000-000000000001',
      name: 'u',
      balancer_config: { x: 1 },
    };
    const configuration = { ...emptyConfiguration(), upstreams: [upstream] };
    await publish(make(path), configuration);
    expect(await readFile(path, 'utf8')).not.toContain('balancer_config');
    await publish(make(path, { profile: { ...KONG, kind: 'gibbon' } }), configuration);
    expect(await readFile(path, 'utf8')).toContain('balancer_config');
  });

  it.skipIf(!existsSync('/dev/full'))('may be a device: written to, neither read nor replaced', async () => {
    expect(await publish(make('/dev/null'), WEB)).toMatchObject({ applied: true });
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
    const link = join(folder, 'full.yaml');
    await symlink('/dev/full', link);
    expect(await publish(make(link), WEB)).toMatchObject({ applied: false, error: expect.stringMatching(/full\.yaml": ENOSPC/) });
  });

  it('that cannot be written is named', async () => {
    const result = await publish(make(join(folder, 'nope/kong.yaml')), WEB);
    expect(result).toMatchObject({ applied: false, error: expect.stringMatching(/^cannot write ".*nope\/kong\.yaml": ENOENT/) });
  });
});
