import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whySkipped } from './cluster-support.ts';
import { machineState } from './machine-state.ts';
import { echoManifests } from './manifests.ts';

const NAME = 'e2e-command';
const LAUNCHER = join(import.meta.dirname, '../../../tools/run/testbed.mjs');
const START_TIMEOUT_MS = 180_000;

const skipped = await whySkipped();

function start(args: readonly string[], input?: string): ChildProcess {
  const child = spawn(process.execPath, [LAUNCHER, '--name', NAME, ...args], {
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(input);
  return child;
}

/** Runs `testbed --name NAME ...` to its end. */
async function testbed(args: readonly string[], input?: string): Promise<{ code: number; said: string; complained: string }> {
  const child = start(args, input);
  const ended = once(child, 'close');
  const [said, complained] = await Promise.all([text(child.stdout as NodeJS.ReadableStream), text(child.stderr as NodeJS.ReadableStream)]);
  const [code] = (await ended) as [number];
  return { code, said, complained };
}

describe.skipIf(skipped !== null)('the command line', { timeout: 60_000 }, () => {
  const before = skipped === null ? machineState([NAME]) : null;
  let kubeconfig: string;

  beforeAll(async () => {
    const { code, said, complained } = await testbed(['up']);
    expect([code, complained]).toEqual([0, '']);
    kubeconfig = /KUBECONFIG=(\S+)/.exec(said)?.[1] ?? expect.unreachable(said);
  }, START_TIMEOUT_MS);

  afterAll(async () => {
    await testbed(['down']);
    expect(machineState([NAME])).toEqual(before);
  }, START_TIMEOUT_MS);

  it('starts a testbed that outlives the command, once', async () => {
    expect(await testbed(['up'])).toEqual({
      code: 0,
      said: `Testbed ${NAME} is running; its kubeconfig is ${kubeconfig}\n`,
      complained: '',
    });
    expect(readFileSync(kubeconfig, 'utf8')).toContain('https://127.0.0.1:');
    expect((await testbed(['list'])).said).toMatch(/^e2e-command +running$/m);
    expect(await testbed(['status'])).toMatchObject({
      code: 0,
      said: expect.stringMatching(/ready after \d+ ms[^]*kubelet +running[^]*kube-apiserver +\d+ MiB/),
    });
  });

  it('passes arguments, input and exit codes to kubectl and to commands inside', async () => {
    expect(await testbed(['kubectl', 'apply', '-f', '-'], echoManifests('web', 1, { type: 'LoadBalancer' }))).toMatchObject({
      code: 0,
      said: expect.stringContaining('deployment.apps/web created'),
    });
    expect(await testbed(['kubectl', 'rollout', 'status', 'deployment/web', '--timeout=30s'])).toMatchObject({ code: 0 });
    expect(await testbed(['kubectl', 'get', 'pod', 'absent'])).toMatchObject({ code: 1, complained: expect.stringContaining('NotFound') });
    expect(await testbed(['exec', '--', 'sh', '-c', 'kubectl get nodes -o name; exit 7'])).toEqual({
      code: 7,
      said: 'node/testbed\n',
      complained: '',
    });
    expect(await testbed(['exec', '--', 'cat'], 'through')).toMatchObject({ code: 0, said: 'through' });
    expect(await testbed(['shell'], 'curl -s http://web/in-the-shell; exit 5')).toMatchObject({
      code: 5,
      said: expect.stringContaining('/in-the-shell'),
    });
  });

  it('forwards a port until it is interrupted', async () => {
    const forward = start(['forward', '0', 'web.default.svc.cluster.local:80']);
    const [line] = (await once(forward.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(line.toString())?.[1]);
    for (const path of ['/one', '/two']) {
      const [response] = (await once(get({ host: '127.0.0.1', port, path, agent: false }), 'response')) as [NodeJS.ReadableStream];
      expect(JSON.parse(await text(response)).path).toBe(path);
    }
    forward.kill('SIGINT');
    expect(await once(forward, 'close')).toEqual([0, null]);
  });

  it('ends a command inside with the command line that runs it', async () => {
    const command = start(['exec', '--', 'sh', '-c', 'echo begun; exec sleep 4711']);
    await once(command.stdout as NodeJS.ReadableStream, 'data');
    const running = async (): Promise<boolean> => (await testbed(['exec', '--', 'pgrep', '-f', '^sleep 4711'])).code === 0;
    expect(await running()).toBe(true);
    command.kill('SIGTERM');
    await once(command, 'close');
    await expect.poll(running, { timeout: 10_000 }).toBe(false);
  });

  it('stops and starts components, and shows their logs', async () => {
    expect(await testbed(['stop', 'kube-scheduler'])).toEqual({ code: 0, said: 'kube-scheduler: stop done\n', complained: '' });
    expect((await testbed(['status'])).said).toMatch(/kube-scheduler +stopped/);
    expect(await testbed(['start', 'kube-scheduler'])).toMatchObject({ code: 0 });
    expect(await testbed(['stop', 'kube-dns'])).toMatchObject({
      code: 1,
      complained: expect.stringContaining("no component 'kube-dns', there are: etcd,"),
    });
    expect((await testbed(['logs'])).said.split('\n')).toContain('kubelet');
    expect((await testbed(['logs', 'supervisor'])).said).toContain('ms: node ready');
    expect(await testbed(['logs', 'nothing'])).toMatchObject({ code: 1, complained: expect.stringContaining("no log of 'nothing'") });
  });

  it('takes it down, and says where there is none', async () => {
    expect(await testbed(['down'])).toEqual({ code: 0, said: `Testbed ${NAME} is gone.\n`, complained: '' });
    expect(existsSync(kubeconfig)).toBe(false);
    expect(await testbed(['down'])).toEqual({ code: 0, said: `There is no testbed ${NAME}.\n`, complained: '' });
    expect(await testbed(['status'])).toEqual({ code: 1, said: `Testbed ${NAME} does not run.\n`, complained: '' });
    expect(await testbed(['kubectl', 'get', 'pods'])).toEqual({
      code: 1,
      said: '',
      complained: `testbed ${NAME} does not run: npm run testbed -- --name ${NAME} up\n`,
    });
  });
});
