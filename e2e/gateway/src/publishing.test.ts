import { startFakeUpstream, type FakeUpstream } from '@gibbon/testing-fixtures';
import { ask, askUntil, GatewayProcess, type LogLine } from '@gibbon/testing-fixtures/process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backendManifest, ingressManifest, ManifestFolder } from './manifests.ts';

/** A plugin that only the controller has. */
const STAMP = `export default {
  $$type: 'gibbon/Module', api: 1, kind: 'plugin', id: 'plugin.request-stamp', summary: 'Stamps responses, one may think.',
  config: { type: 'object', properties: {} }, requires: {}, traits: { priority: 10, version: '1.0.0' }, create: () => ({}),
};`;

let folder: ManifestFolder;
let upstream: FakeUpstream;
const running: GatewayProcess[] = [];

beforeEach(async () => {
  folder = new ManifestFolder();
  upstream = await startFakeUpstream();
  folder.write('backend.yaml', backendManifest('echo', [upstream.port]));
  folder.write('hello.yaml', ingressManifest('hello', '/hello', 'echo'));
});

afterEach(async () => {
  const codes = await Promise.all(running.splice(0).map((process) => process.stop()));
  folder.dispose();
  await upstream.close();
  expect(codes.filter((code) => code !== 0)).toEqual([]);
});

async function proxy(): Promise<GatewayProcess> {
  const process = await GatewayProcess.serve('proxy', ['--workers', '1']);
  running.push(process);
  return process;
}

async function controller(proxies: readonly GatewayProcess[], ...args: string[]): Promise<GatewayProcess> {
  const urls = proxies.flatMap((one) => ['--publish', urlOf(one)]);
  const process = await GatewayProcess.control(['--manifests', folder.path, ...urls, ...args]);
  // Ends before what it publishes to.
  running.unshift(process);
  return process;
}

const urlOf = ({ ports }: GatewayProcess): string => `http://127.0.0.1:${ports['admin']}`;
const portOf = (process: GatewayProcess): Promise<number> => process.port('proxy');

async function kill(process: GatewayProcess): Promise<void> {
  running.splice(running.indexOf(process), 1);
  process.signal('SIGKILL');
  await process.exited;
}

async function restart({ ports }: GatewayProcess): Promise<GatewayProcess> {
  const process = await GatewayProcess.serveOn(ports, ['--workers', '1']);
  running.push(process);
  return process;
}

const pushes = ({ lines }: GatewayProcess): LogLine[] => lines.filter(({ msg }) => msg === 'pushed' || msg === 'a proxy is configured');

describe('a controller that publishes', () => {
  test('finds out what the proxies are, configures them whole once, and then by differences', async () => {
    const proxies = [await proxy(), await proxy()];
    const control = await controller(proxies);
    expect(control.lines).toContainEqual(expect.objectContaining({ msg: 'found what the proxies are', target: 'gibbon' }));
    for (const one of proxies) expect((await ask({ port: await portOf(one), path: '/hello' })).status).toBe(200);
    folder.write('other.yaml', ingressManifest('other', '/other', 'echo'));
    for (const one of proxies) await askUntil({ port: await portOf(one), path: '/other' }, ({ status }) => status === 200);
    await control.logged(() => pushes(control).length >= 4);
    expect(pushes(control).map(({ mode }) => mode)).toEqual(['full', 'full', 'delta', 'delta']);
  });

  test('configures a proxy again that was killed and started again, without any change', async () => {
    const first = await proxy();
    const control = await controller([first]);
    await kill(first);
    await control.logged(({ msg }) => msg === 'a proxy cannot be configured');
    const again = await restart(first);
    await control.logged(({ msg }) => msg === 'a proxy is reached again');
    expect((await ask({ port: await portOf(again), path: '/hello' })).status).toBe(200);
    expect((await ask({ port: again.ports['status'] ?? 0, path: '/status/ready' })).status).toBe(200);
  });

  test('lets a dead proxy delay nobody, names it, and takes it in when it is there', async () => {
    const proxies = [await proxy(), await proxy(), await proxy()];
    const dead = proxies[2] as GatewayProcess;
    await kill(dead);
    const control = await controller(proxies);
    await control.logged((line) => line['reason'] === 'PublishFailed' && String(line['problem']).includes(urlOf(dead)));
    folder.write('other.yaml', ingressManifest('other', '/other', 'echo'));
    for (const one of proxies.slice(0, 2)) await askUntil({ port: await portOf(one), path: '/other' }, ({ status }) => status === 200);
    const back = await restart(dead);
    await control.logged(({ msg }) => msg === 'configuration problem solved');
    expect((await ask({ port: await portOf(back), path: '/other' })).status).toBe(200);
  });

  test('names the object of an entity that the proxies refuse; everything else serves', async () => {
    const one = await proxy();
    folder.write(
      'stamp.yaml',
      `apiVersion: configuration.konghq.com/v1\nkind: KongPlugin\nmetadata: { name: stamp }\nplugin: request-stamp\n`,
    );
    folder.write('stamped.yaml', ingressManifest('stamped', '/stamped', 'echo', { 'konghq.com/plugins': 'stamp' }));
    folder.write(
      '.module/package.json',
      JSON.stringify({
        name: 'stamp-module',
        version: '1.0.0',
        type: 'module',
        exports: './index.js',
        gibbon: { api: 1, kinds: ['plugin'] },
      }),
    );
    folder.write('.module/index.js', STAMP);
    // The controller knows the plugin, this proxy does not have it.
    const control = await controller([one], '--modules', `${folder.path}/.module`);
    const refused = await control.logged((line) => line['reason'] === 'Rejected');
    expect(JSON.stringify(refused)).toContain('stamp');
    expect((await ask({ port: await portOf(one), path: '/hello' })).status).toBe(200);
    folder.write('other.yaml', ingressManifest('other', '/other', 'echo'));
    await askUntil({ port: await portOf(one), path: '/other' }, ({ status }) => status === 200);
    expect(pushes(control).map(({ mode }) => mode)).not.toContain('none');
  });

  test('publishes once and ends', async () => {
    const one = await proxy();
    const { code, stderr } = await GatewayProcess.run(['controller', '--manifests', folder.path, '--publish', urlOf(one), '--once']);
    expect([code, stderr.includes('PublishFailed')]).toEqual([0, false]);
    expect((await ask({ port: await portOf(one), path: '/hello' })).status).toBe(200);
  });
});

test('a controller without anywhere to publish says what it needs', async () => {
  const { code, stderr } = await GatewayProcess.run(['controller', '--manifests', folder.path]);
  expect(code).toBe(2);
  expect(stderr).toContain('--publish');
});
