import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask } from '@gibbon/testing-fixtures/process';
import { freePort, startFakeUpstream, type FakeUpstream } from '@gibbon/testing-fixtures';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { id, listener, ManagedProxy } from './managed-proxy.ts';

let upstream: FakeUpstream;
let folder: string;
let file: string;
let port: number;
let running: ManagedProxy | null = null;

beforeEach(async () => {
  upstream = await startFakeUpstream();
  folder = mkdtempSync(join(tmpdir(), 'gibbon-last-'));
  file = join(folder, 'configuration');
  port = await freePort();
});

afterEach(async () => {
  expect(await running?.stop()).toBe(0);
  running = null;
  await upstream.close();
  rmSync(folder, { recursive: true });
});

async function start(): Promise<ManagedProxy> {
  running = await ManagedProxy.start(['--workers', '0', '--proxy-listen', 'off', '--config-cache', file]);
  return running;
}

const configuration = () => ({
  services: [{ id: id(1), name: 'echo', url: upstream.url, routes: [{ id: id(2), name: 'all', paths: ['/'] }] }],
  listeners: [listener(port)],
  consumers: [{ id: id(3), username: 'someone', basicauth_credentials: [{ id: id(4), username: 'a', password: 'secret' }] }],
});

describe('a proxy that is started again while no controller is there', () => {
  it('serves what it served before, under the hash by which it was known, and takes differences to it', async () => {
    const before = await start();
    await before.post(configuration());
    const added = { id: id(5), name: 'other', paths: ['/other'], service: { id: id(1) } };
    await before.patch({ routes: { upserted: [added] } });
    const served = [await before.hash(), (await before.admin('GET', '/config')).body];
    expect(await before.stop()).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const after = await start();
    expect(await after.readiness()).toEqual([200, 'ready']);
    expect((await ask({ port, path: '/' })).status).toBe(200);
    expect([await after.hash(), (await after.admin('GET', '/config')).body]).toEqual(served);
    expect((await after.patch({ routes: { deleted: [id(5)] } })).status).toBe(200);
  });

  it('does so after it was killed', async () => {
    const before = await start();
    await before.post(configuration());
    while (!existsSync(file)) await before.hash();
    before.process.signal('SIGKILL');
    await before.process.exited;
    const after = await start();
    expect([(await ask({ port, path: '/' })).status, await after.readiness()]).toEqual([200, [200, 'ready']]);
  });

  it('leaves out what it cannot use, and then has a hash that no controller knows', async () => {
    const before = await start();
    await before.post(configuration());
    const hash = await before.hash();
    await before.stop();
    const plugin = '["plugins",{"id":"00000000-0000-4000-8000-000000000009","name":"no-such-plugin"}]';
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    writeFileSync(file, [...lines.slice(0, -1), plugin, JSON.stringify({ entities: lines.length - 1 })].join('\n'));
    const after = await start();
    expect((await ask({ port, path: '/' })).status).toBe(200);
    expect(await after.hash()).not.toBe(hash);
  });

  it('waits for a controller when the file is broken', async () => {
    writeFileSync(file, 'hello');
    const proxy = await start();
    expect(await proxy.readiness()).toEqual([503, 'no configuration available (configuration hash is not initialized)']);
    await proxy.post(configuration());
    expect(await proxy.readiness()).toEqual([200, 'ready']);
  });
});
