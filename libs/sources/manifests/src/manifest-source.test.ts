import { link, mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '@gibbon/contracts/services';
import { FakeClock, systemClock } from '@gibbon/time';
import { CollectingSink, TestServices } from '@gibbon/testing-contract-kits';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManifestSource, type ManifestOptions } from './manifest-source.ts';
import { KINDS, thing, type Thing } from './testing/thing-kinds.ts';

let root: string;
let folder: string;
let sink: CollectingSink;
const running: ManifestSource[] = [];

const watchers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'FSEventWrap').length;
const before = watchers();
const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);
const sizeOf = (name: string): unknown => {
  const found: Thing | undefined = sink.objects.get(`Thing:default/${name}`);
  return found?.spec?.size;
};
/** As editors write that care: whole, beside the file, then over it. */
async function replace(name: string, text: string): Promise<void> {
  await write(`.${name}.tmp`, text);
  await rename(join(folder, `.${name}.tmp`), join(folder, name));
}

async function start(options: Partial<ManifestOptions> = {}, clock: Clock = systemClock): Promise<ManifestSource> {
  const services = new TestServices();
  const source = new ManifestSource(
    { folder, settleMs: 1, confirmMs: 15, rescanMs: 0, maxFileBytes: 1_000_000, ...options },
    { kinds: KINDS, clock, logger: services.logger },
  );
  running.push(source);
  await source.start(sink);
  return source;
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gibbon-manifests-'));
  folder = join(root, 'manifests');
  await mkdir(folder);
  sink = new CollectingSink();
});

afterEach(async () => {
  for (const source of running.splice(0)) source.close();
  // Closing takes a turn of the loop.
  for (let turn = 0; turn < 100 && watchers() > before; turn++) await setImmediate();
  await rm(root, { recursive: true });
  expect(watchers()).toBe(before);
});

describe('at the start', () => {
  it('delivers everything in one go, from subfolders too, before start resolves', async () => {
    await mkdir(join(folder, 'sub/deeper'), { recursive: true });
    await write('a.yaml', `${thing('a1')}---\n${thing('a2')}`);
    await write('sub/deeper/b.yml', thing('b'));
    await write('c.json', JSON.stringify({ apiVersion: 'v1', kind: 'World', metadata: { name: 'c' } }));
    await write('.hidden.yaml', thing('hidden'));
    await write('notes.txt', thing('notes'));
    await start();
    expect(sink.keys).toEqual(['Thing:default/a1', 'Thing:default/a2', 'Thing:default/b', 'World:/c']);
    expect(sink.messages).toEqual([]);
  });

  it.each([
    ['missing', 'nope', 'does not exist; create it or name another one'],
    ['a file', 'file', 'is not a folder; name the folder that holds the files'],
  ])('rejects a folder that is %s', async (_title, name, reason) => {
    await writeFile(join(root, 'file'), '');
    folder = join(root, name);
    await expect(start()).rejects.toMatchObject({ code: 'GW_MANIFESTS_FOLDER', message: `the manifests folder "${folder}" ${reason}` });
  });

  it('takes what is readable of a broken file', async () => {
    await write('a.yaml', `${thing('a')}---\nbroken: [\n`);
    await start();
    expect(sink.keys).toEqual(['Thing:default/a']);
    expect(sink.messages).toHaveLength(1);
  });

  it('reports files that are too big', async () => {
    await write('big.yaml', thing('a'));
    await start({ maxFileBytes: 10 });
    expect(sink.messages).toEqual([
      `${join(folder, 'big.yaml')} : has ${thing('a').length} bytes, more than the 10 that are read; split the file`,
    ]);
  });
});

describe('changes', () => {
  it('show whether files are written in place, replaced, added, renamed or deleted', async () => {
    await write('a.yaml', thing('a', 1));
    await start();
    await write('a.yaml', thing('a', 2));
    await sink.until(() => sizeOf('a') === 2);
    await replace('a.yaml', thing('a', 3));
    await sink.until(() => sizeOf('a') === 3);
    await write('b.yaml', thing('b', 4));
    await sink.until(() => sizeOf('b') === 4);
    await rename(join(folder, 'b.yaml'), join(folder, 'c.yaml'));
    await unlink(join(folder, 'a.yaml'));
    await sink.until(() => sizeOf('a') === undefined);
    expect(sink.keys).toEqual(['Thing:default/b']);
    expect(sink.history.filter(({ key, object }) => key === 'Thing:default/b' && object === null)).toEqual([]);
    expect(sink.messages).toEqual([]);
  });

  it('show in folders that come, are renamed and go', async () => {
    await start();
    await mkdir(join(folder, 'x/y'), { recursive: true });
    await write('x/y/a.yaml', thing('a', 1));
    await sink.until(() => sizeOf('a') === 1);
    await rename(join(folder, 'x'), join(folder, 'z'));
    await write('z/y/a.yaml', thing('a', 2));
    await sink.until(() => sizeOf('a') === 2);
    await rm(join(folder, 'z'), { recursive: true });
    await sink.until(() => sink.keys.length === 0);
  });

  it('of one document of a file leave the others alone', async () => {
    await write('a.yaml', `${thing('a', 1)}---\n${thing('b', 1)}`);
    await start();
    const untouched = sink.objects.get('Thing:default/a');
    await write('a.yaml', `${thing('a', 1)}---\n${thing('b', 2)}`);
    await sink.until(() => sizeOf('b') === 2);
    expect(sink.objects.get('Thing:default/a')).toBe(untouched);
    expect(sink.history.filter(({ key }) => key === 'Thing:default/a')).toHaveLength(1);
  });

  it('show by notice, not by the next rescan', async () => {
    await write('a.yaml', thing('a', 1));
    await start({ settleMs: 5, confirmMs: 40, rescanMs: 3_600_000 });
    for (let size = 2; size < 6; size++) {
      await write('a.yaml', thing('a', size));
      await sink.until(() => sizeOf('a') === size);
    }
  });
});

describe('mounts and links', () => {
  it('follow a ConfigMap mount from one generation to the next', async () => {
    await mkdir(join(folder, '..1'));
    await write('..1/a.yaml', thing('a', 1));
    await symlink('..1', join(folder, '..data'));
    await symlink('..data/a.yaml', join(folder, 'a.yaml'));
    await start();
    expect(sizeOf('a')).toBe(1);
    await mkdir(join(folder, '..2'));
    await write('..2/a.yaml', thing('a', 2));
    await symlink('..2', join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    await rm(join(folder, '..1'), { recursive: true });
    await sink.until(() => sizeOf('a') === 2);
    expect(sink.history.map(({ object }) => object === null)).toEqual([false, false]);
  });

  it('follow the target of a linked file, and linked folders, and survive links that lead back', async () => {
    await mkdir(join(root, 'elsewhere/deep'), { recursive: true });
    await writeFile(join(root, 'elsewhere/a.yaml'), thing('a', 1));
    await writeFile(join(root, 'elsewhere/deep/b.yaml'), thing('b', 1));
    await symlink(join(root, 'elsewhere/a.yaml'), join(folder, 'a.yaml'));
    await symlink(join(root, 'elsewhere/deep'), join(folder, 'deep'));
    await symlink(folder, join(root, 'elsewhere/deep/back'));
    await start();
    await writeFile(join(root, 'elsewhere/a.yaml'), thing('a', 2));
    await sink.until(() => sizeOf('a') === 2);
    await writeFile(join(root, 'elsewhere/deep/b.yaml'), thing('b', 2));
    await sink.until(() => sizeOf('b') === 2);
    expect(sink.messages).toEqual([]);
  });

  it('keep everything while the folder itself is away, and follow the one that takes its place', async () => {
    await write('a.yaml', thing('a', 1));
    await start();
    await rename(folder, join(root, 'away'));
    await sink.until(() => sink.messages.length === 1);
    expect(sink.messages).toEqual([`${folder} : the manifests folder is gone; its objects stay as they were until it is back`]);
    expect(sizeOf('a')).toBe(1);
    await mkdir(join(root, 'next'));
    await writeFile(join(root, 'next/a.yaml'), thing('a', 2));
    await rename(join(root, 'next'), folder);
    await sink.until(() => sizeOf('a') === 2 && sink.messages.length === 0);
  });

  it('keep everything when the folder is deleted file by file, until another takes its place', async () => {
    await write('a.yaml', thing('a', 1));
    await write('b.yaml', thing('b', 1));
    const clock = new FakeClock();
    const proceed = async (condition: () => boolean): Promise<void> => {
      while (!condition()) await clock.advanceAsync(1000);
    };
    await start({}, clock);
    await rm(join(folder, 'a.yaml'));
    await clock.advanceAsync(5); // The file's absence is noticed first, and doubted.
    await rm(folder, { recursive: true });
    await proceed(() => sink.messages.length === 1);
    for (let turn = 0; turn < 50; turn++) await clock.advanceAsync(1000);
    expect([sizeOf('a'), sizeOf('b'), clock.pending]).toEqual([1, 1, 0]);
    await mkdir(join(root, 'next'));
    await writeFile(join(root, 'next/b.yaml'), thing('b', 2));
    await rename(join(root, 'next'), folder);
    await proceed(() => sizeOf('b') === 2 && sizeOf('a') === undefined && sink.messages.length === 0);
  });
});

describe('files that cannot be read', () => {
  it('keep their last good objects until they parse again', async () => {
    await write('a.yaml', `${thing('a', 1)}---\n${thing('b', 1)}`);
    await start();
    await write('a.yaml', `${thing('a', 2)}---\nb: [\n`);
    await sink.until(() => sink.messages.length === 1);
    expect(sink.messages[0]).toMatch(/a\.yaml:9:1 : Flow sequence .*; the objects that this file held stay as they were$/);
    expect([sizeOf('a'), sizeOf('b')]).toEqual([1, 1]);
    await write('a.yaml', `${thing('a', 3)}---\n${thing('b', 3)}`);
    await sink.until(() => sizeOf('a') === 3 && sink.messages.length === 0);
  });

  it('keep objects that are refused in their last good version, and take the others', async () => {
    await write('a.yaml', `${thing('a', 1)}---\n${thing('b', 1)}`);
    await start();
    await write('a.yaml', `${thing('a', 'big')}---\n${thing('b', 2)}`);
    await sink.until(() => sizeOf('b') === 2);
    expect(sizeOf('a')).toBe(1);
    expect(sink.messages).toEqual([`${join(folder, 'a.yaml')}:6:9 spec.size: expected a number; its last good version stays`]);
  });

  it('may be empty for a moment, or missing, without losing anything', async () => {
    await write('a.yaml', thing('a', 1));
    // Long enough for a writer that the machine keeps waiting.
    await start({ confirmMs: 500 });
    await write('a.yaml', '');
    await write('a.yaml', thing('a', 2));
    await sink.until(() => sizeOf('a') === 2);
    await unlink(join(folder, 'a.yaml'));
    await write('a.yaml', thing('a', 3));
    await sink.until(() => sizeOf('a') === 3);
    expect(sink.history.every(({ object }) => object !== null)).toBe(true);
    await write('a.yaml', '');
    await sink.until(() => sizeOf('a') === undefined);
  });
});

describe('an object in two files', () => {
  it('is that of the first by path; the other is reported with both names and takes over', async () => {
    await write('b.yaml', thing('a', 2));
    await start();
    await write('a.yaml', `# first\n${thing('a', 1)}`);
    await sink.until(() => sizeOf('a') === 1);
    expect(sink.messages).toEqual([
      `${join(folder, 'b.yaml')}:1:1 : the same object is in ${join(folder, 'a.yaml')}:2:1, which comes first and is used; remove one of them`,
    ]);
    await unlink(join(folder, 'a.yaml'));
    await sink.until(() => sizeOf('a') === 2 && sink.messages.length === 0);
  });

  it('or twice in one is reported too', async () => {
    await write('a.yaml', `${thing('a', 1)}---\n${thing('a', 2)}`);
    await start();
    expect(sizeOf('a')).toBe(1);
    expect(sink.messages).toEqual([
      `${join(folder, 'a.yaml')}:8:1 : the same object is in ${join(folder, 'a.yaml')}:1:1, which comes first and is used; remove one of them`,
    ]);
  });
});

it('tells where a field of an object stands', async () => {
  await write('a.yaml', `---\n${thing('a', 1)}`);
  const source = await start();
  const ref = { kind: 'Thing', namespace: 'default', name: 'a' };
  expect(source.locate(ref, 'spec.size')).toBe(`${join(folder, 'a.yaml')}:7:9`);
  expect(source.locate(ref, '')).toBe(`${join(folder, 'a.yaml')}:2:1`);
  expect(source.locate({ ...ref, name: 'nope' }, '')).toBeNull();
});

it('finds at a rescan what no event told', async () => {
  await write('a.yaml', thing('a', 1));
  const source = await start({ rescanMs: 20 });
  expect(source).toBeDefined();
  // A hard link from outside: what is written through it is no event of this folder.
  await rm(join(folder, 'a.yaml'));
  await writeFile(join(root, 'outside.yaml'), thing('a', 2));
  await link(join(root, 'outside.yaml'), join(folder, 'a.yaml'));
  await sink.until(() => sizeOf('a') === 2);
  await writeFile(join(root, 'outside.yaml'), thing('a', 3));
  await sink.until(() => sizeOf('a') === 3);
});

it('ends equal to the files, whatever was written while it was reading, and never loses an object on the way', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  for (const name of names) await write(`${name}.yaml`, thing(name, 0));
  await start({ settleMs: 0, confirmMs: 500 });
  for (let round = 1; round <= 60; round++) {
    await Promise.all(
      names.map((name, index) => {
        const text = `${thing(name, round)}---\n${thing(`${name}-more`, round)}`;
        return (round + index) % 3 === 0 ? replace(`${name}.yaml`, text) : write(`${name}.yaml`, text);
      }),
    );
  }
  await sink.until(() => names.every((name) => sizeOf(name) === 60 && sizeOf(`${name}-more`) === 60));
  expect(sink.history.filter(({ object }) => object === null)).toEqual([]);
  expect(sink.messages).toEqual([]);
  for (const name of names.slice(1)) await unlink(join(folder, `${name}.yaml`));
  await sink.until(() => sink.keys.length === 2);
  expect(sink.keys).toEqual(['Thing:default/a', 'Thing:default/a-more']);
});
