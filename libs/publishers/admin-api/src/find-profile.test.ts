import { createHttpClient } from '@gibbon/http-client';
import { FakeClock } from '@gibbon/time';
import { afterEach, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProfile } from './find-profile.ts';
import { clientSettings, type AdminApiOptions } from './options.ts';
import { FakeProxy } from './testing/fake-proxy.ts';

const OPTIONS: AdminApiOptions = {
  urls: [],
  headers: { 'X-One': '1' },
  headerFiles: {},
  tls: { verify: true, servername: null, ca: null, cert: null, key: null },
  timeoutMs: 1000,
  statusIntervalMs: 1000,
  graceMs: 1000,
};

describe('findProfile', () => {
  const http = createHttpClient(new FakeClock());
  const started: FakeProxy[] = [];
  const start = async (kind: 'gibbon' | 'kong'): Promise<FakeProxy> => {
    const proxy = await new FakeProxy(kind).start();
    started.push(proxy);
    return proxy;
  };
  const profile = (...proxies: FakeProxy[]) =>
    findProfile(
      proxies.map(({ url }) => url),
      http,
      clientSettings(OPTIONS),
    );

  afterEach(() => Promise.all(started.splice(0).map((proxy) => proxy.stop())));

  it('is Gibbon where there is one, else that of Kong with its version and router', async () => {
    const [gibbon, kong, gone] = [await start('gibbon'), await start('kong'), await start('kong')];
    await gone.stop();
    expect(await profile(gone, kong, gibbon)).toEqual({ kind: 'gibbon', version: '3.9', routerFlavor: 'traditional_compatible' });
    kong.answer = () => ({ status: 200, body: { version: '3.4.2', configuration: { database: 'off', router_flavor: 'expressions' } } });
    expect(await profile(gone, kong)).toEqual({ kind: 'kong', version: '3.4', routerFlavor: 'expressions' });
    expect(await profile(gone)).toBeNull();
  });
});

describe('clientSettings', () => {
  it('reads fields and certificates from files, and names what cannot be read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gibbon-options-'));
    const file = join(folder, 'token');
    writeFileSync(file, 'secret\n');
    const settings = clientSettings({ ...OPTIONS, headerFiles: { 'Kong-Admin-Token': file }, tls: { ...OPTIONS.tls, ca: file } });
    expect(settings).toMatchObject({ headers: ['X-One', '1', 'Kong-Admin-Token', 'secret'], tls: { ca: 'secret\n' } });
    rmSync(folder, { recursive: true });
    expect(() => clientSettings({ ...OPTIONS, headerFiles: { 'Kong-Admin-Token': file } })).toThrow(`cannot read "${file}"`);
  });
});
