import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFakeUpstream, watchHandles, type FakeUpstream } from '@gibbon/testing-fixtures';
import { packageClosure, packPackages } from './checkout-packages.ts';
import { manifests } from './manifests.ts';
import { Outside } from './outside.ts';
import { runCommand } from './run-command.ts';
import { RunningGateway } from './running-gateway.ts';

const PLUGIN = 'gibbon-plugin-request-stamp';
const BALANCER = 'gibbon-balancer-power-of-two';

describe('third-party modules, from packages alone', () => {
  const handles = watchHandles();
  const outside = new Outside();
  const upstreams: FakeUpstream[] = [];
  let gateway: RunningGateway;

  beforeAll(async () => {
    const tarballs = await packPackages(packageClosure('@gibbon/cli'), outside.root);
    const contracts = tarballs.get('@gibbon/contracts') ?? '';
    const plugin = await outside.packExample('plugin-request-stamp', contracts);
    const balancer = await outside.packExample('balancer-power-of-two', contracts);
    await outside.install('app', new Map([...tarballs, [PLUGIN, plugin], [BALANCER, balancer]]));
    for (const name of ['a', 'b', 'c']) upstreams.push(await startFakeUpstream({ name }));
    outside.write('app/manifests/all.yaml', manifests(upstreams.map(({ port }) => port)));
    gateway = await RunningGateway.start(outside.path('app'), ['--manifests', 'manifests', '--modules', PLUGIN, '--modules', BALANCER]);
  }, 180_000);

  afterAll(async () => {
    await gateway?.stop();
    await Promise.all(upstreams.map((upstream) => upstream.close()));
    outside.dispose();
    await handles.settled();
  });

  test('the plugin runs with its configuration', async () => {
    const answer = await fetch(`http://127.0.0.1:${gateway.proxyPort}/hello`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-outside')).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.headers.has('x-stamp')).toBe(false);
  });

  test('the balancer is the one of the upstream, and sends requests past a busy peer', async () => {
    const configuration = await fetch(`http://127.0.0.1:${gateway.adminPort}/config`).then((answer) => answer.text());
    expect(configuration).toContain('algorithm: power-of-two');

    // The first peer keeps what it gets. Taking turns, it would get ten of thirty.
    const gates: (() => void)[] = [];
    const [busy] = upstreams;
    busy?.respond(() => new Promise((resolve) => gates.push(() => resolve({ kind: 'echo' }))));
    const before = busy?.requests.length ?? 0;
    const held: Promise<Response>[] = [];
    for (let n = 0; n < 30; n += 1) {
      const answer = fetch(`http://127.0.0.1:${gateway.proxyPort}/hello`);
      const isHeld = busy?.received(before + held.length + 1).then(() => true);
      if ((await Promise.race([isHeld, answer.then(() => false)])) === true) held.push(answer);
    }
    expect(held.length).toBeLessThanOrEqual(2);
    for (const open of gates) open();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual(held.map(() => 200));
  });

  test('--list-modules says which packages they come from', async () => {
    const args = ['node_modules/@gibbon/cli/bin/gibbon.js', 'gateway', '--list-modules', '--modules', PLUGIN, '--modules', BALANCER];
    const { stdout } = await runCommand(process.execPath, args, { cwd: outside.path('app') });
    expect(stdout).toMatch(/plugin\.request-stamp +1\.0\.0 +gibbon-plugin-request-stamp@1\.0\.0/);
    expect(stdout).toMatch(/balancer\.power-of-two +1\.0\.0 +gibbon-balancer-power-of-two@1\.0\.0/);
  });

  test('what is installed and not named is not loaded', async () => {
    const { stdout } = await runCommand(process.execPath, ['node_modules/@gibbon/cli/bin/gibbon.js', 'gateway', '--list-modules'], {
      cwd: outside.path('app'),
    });
    expect(stdout).not.toContain('request-stamp');
  });

  test('Ctrl-C ends it in order', async () => {
    expect(await gateway.stop()).toBe(0);
  });
});
