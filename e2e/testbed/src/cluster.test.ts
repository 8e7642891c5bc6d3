import { mkdtempSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Socket } from 'node:net';
import { buildImage, programWithLibraries, startTestbed, type Testbed } from '@gibbon/testbed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whySkipped } from './cluster-support.ts';
import { machineState } from './machine-state.ts';
import { echoManifests } from './manifests.ts';

const NAME = 'e2e-cluster';
const START_TIMEOUT_MS = 180_000;
const TEST_TIMEOUT_MS = 90_000;

const skipped = await whySkipped();

describe.skipIf(skipped !== null)('a testbed', { timeout: TEST_TIMEOUT_MS }, () => {
  const before = skipped === null ? machineState([NAME]) : null;
  let testbed: Testbed;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'testbed-e2e-'));
    testbed = await startTestbed({ name: NAME, build: false });
  }, START_TIMEOUT_MS);

  afterAll(async () => {
    await testbed?.stop();
    rmSync(folder, { recursive: true, force: true });
    expect(machineState([NAME])).toEqual(before);
  }, START_TIMEOUT_MS);

  const apply = (manifests: string): Promise<string> => testbed.kubectl(['apply', '-f', '-'], { input: manifests });
  const rolledOut = (name: string): Promise<string> => testbed.kubectl(['rollout', 'status', `deployment/${name}`, '--timeout=60s']);
  const jsonPath = (object: string, path: string): Promise<string> => testbed.kubectl(['get', object, '-o', `jsonpath=${path}`]);

  /** GET from this process through a connection into the testbed. */
  async function fetchInside(host: string, port: number, path: string): Promise<{ status: number | undefined; body: any }> {
    const socket = (await testbed.dial(host, port)) as Socket;
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    get({ host, port, path, createConnection: () => socket, headers: { connection: 'close' } }, resolve).on('error', reject);
    const response = await promise;
    return { status: response.statusCode, body: JSON.parse(await text(response)) };
  }

  it('is the pinned Kubernetes, ready, with DNS', async () => {
    expect(await jsonPath('nodes', '{.items[*].status.nodeInfo.kubeletVersion}')).toMatch(/^v1\.37\.\d+$/);
    expect(await jsonPath('nodes', '{.items[*].spec.taints}')).toBe('');
    expect(await testbed.kubectl(['-n', 'kube-system', 'get', 'deployment/coredns', '-o', 'jsonpath={.status.availableReplicas}'])).toBe(
      '1',
    );
  });

  it('runs pods behind a Service that has a cluster address, a name, and a load balancer address', async () => {
    await apply(echoManifests('web', 2, { type: 'LoadBalancer' }));
    await rolledOut('web');
    await testbed.kubectl(['wait', 'service/web', '--for=jsonpath={.status.loadBalancer.ingress[0].ip}', '--timeout=10s']);
    const balancer = await jsonPath('service/web', '{.status.loadBalancer.ingress[0].ip}');
    const cluster = await jsonPath('service/web', '{.spec.clusterIP}');
    const pod = await jsonPath('pods', '{.items[0].status.podIP}');
    for (const [host, port] of [
      [balancer, 80],
      [cluster, 80],
      ['web.default.svc.cluster.local', 80],
      [pod, 8080],
    ] as const) {
      const { status, body } = await fetchInside(host, port, '/hello?x=1');
      expect([status, body.path, body.namespace]).toEqual([200, '/hello?x=1', 'default']);
    }
    const { code, stdout } = await testbed.run(['curl', '--silent', '--max-time', '5', 'http://web/by-name']);
    expect([code, JSON.parse(stdout).path]).toEqual([0, '/by-name']);
  });

  it('takes the address back when the Service goes, and gives the wanted one', async () => {
    await apply(echoManifests('fixed', 1, { type: 'LoadBalancer', loadBalancerIP: '10.20.77.7' }));
    await testbed.kubectl(['wait', 'service/fixed', '--for=jsonpath={.status.loadBalancer.ingress[0].ip}=10.20.77.7', '--timeout=10s']);
    await testbed.kubectl(['patch', 'service/fixed', '-p', '{"spec":{"type":"ClusterIP","loadBalancerIP":""}}']);
    await expect.poll(() => jsonPath('service/fixed', '{.status.loadBalancer.ingress}'), { timeout: 10_000 }).toBe('');
    await testbed.kubectl(['delete', 'deployment,service', 'fixed']);
  });

  it('shows logs and runs commands in containers, through the kubelet with a verified certificate', async () => {
    await rolledOut('web');
    const pod = await testbed.kubectl(['get', 'pods', '--selector=app=web', '-o', 'jsonpath={.items[0].metadata.name}']);
    await expect(testbed.kubectl(['exec', pod, '--', '/echo'])).rejects.toThrow('address already in use');
    expect(await testbed.kubectl(['logs', pod])).toBe('');
  });

  it('loads an image of ours: a dynamically linked program as an ordinary user', async () => {
    const file = join(folder, 'node.tar');
    const script =
      'process.on("SIGTERM", () => process.exit(0)); require("http").createServer((q, r) => r.end(JSON.stringify({ id: process.getuid(), version: process.version }))).listen(8080)';
    await buildImage(
      {
        names: ['gibbon.dev/e2e/node:v1'],
        base: [await programWithLibraries(process.execPath, '/bin/node')],
        files: [{ path: '/app.cjs', content: script }],
        entrypoint: ['/bin/node', '/app.cjs'],
        user: '1000:1000',
      },
      file,
    );
    expect(await testbed.loadImage(file)).toEqual(['gibbon.dev/e2e/node:v1']);
    await testbed.kubectl(['run', 'node', '--image=gibbon.dev/e2e/node:v1', '--image-pull-policy=Never']);
    await testbed.kubectl(['wait', 'pod/node', '--for=condition=Ready', '--timeout=30s']);
    const address = await jsonPath('pod/node', '{.status.podIP}');
    await expect
      .poll(() => fetchInside(address, 8080, '/').catch(() => null), { timeout: 10_000 })
      .toEqual({ status: 200, body: { id: 1000, version: process.version } });
    await testbed.kubectl(['delete', 'pod', 'node', '--now']);
  });

  it('refuses a tar that is no image', async () => {
    await expect(testbed.loadImage(process.execPath)).rejects.toThrow('cannot be loaded');
    await expect(testbed.loadImage(join(folder, 'absent.tar'))).rejects.toThrow('does not exist');
  });

  it('gives pods a service account that the API server trusts', async () => {
    const token = await testbed.kubectl(['create', 'token', 'default']);
    const whoami = [
      'curl',
      '--silent',
      '--cacert',
      join(testbed.folder, 'pki/ca.crt'),
      '--header',
      `authorization: Bearer ${token.trim()}`,
      'https://kubernetes.default.svc.cluster.local/api/v1/namespaces',
    ];
    expect(JSON.parse((await testbed.run(whoami)).stdout)).toMatchObject({
      code: 403,
      message: expect.stringContaining('system:serviceaccount:default:default'),
    });
  });

  it('survives an API server that is down for a while, and one that is killed', async () => {
    await testbed.stopComponent('kube-apiserver');
    await expect(testbed.kubectl(['get', 'nodes', '--request-timeout=2s'])).rejects.toThrow();
    const balancer = '10.20.0.1';
    expect((await fetchInside(balancer, 80, '/while-down')).status).toBe(200);
    await testbed.startComponent('kube-apiserver');
    await expect.poll(() => testbed.kubectl(['get', '--raw', '/readyz']).catch(() => ''), { timeout: 30_000 }).toBe('ok');
    await testbed.killComponent('kube-apiserver');
    await expect
      .poll(async () => (await testbed.status()).components.find(({ name }) => name === 'kube-apiserver'))
      .toMatchObject({ state: 'running', restarts: 1 });
    await expect.poll(() => testbed.kubectl(['get', '--raw', '/readyz']).catch(() => ''), { timeout: 30_000 }).toBe('ok');
    // Addresses given before are still known after.
    await apply(echoManifests('later', 1, { type: 'LoadBalancer' }));
    await testbed.kubectl(['wait', 'service/later', '--for=jsonpath={.status.loadBalancer.ingress[0].ip}', '--timeout=20s']);
    expect(await jsonPath('service/later', '{.status.loadBalancer.ingress[0].ip}')).not.toBe(balancer);
    expect(await jsonPath('service/web', '{.status.loadBalancer.ingress[0].ip}')).toBe(balancer);
  });

  it('collects the processes that end: no zombies however many pods come and go', async () => {
    await testbed.kubectl(['scale', 'deployment/web', '--replicas=6']);
    await rolledOut('web');
    await testbed.kubectl(['scale', 'deployment/web', '--replicas=0']);
    await testbed.kubectl(['wait', 'pods', '--selector=app=web', '--for=delete', '--timeout=60s']);
    await expect
      .poll(async () => (await testbed.run(['ps', '-eo', 'stat='])).stdout.split('\n').filter((stat) => stat.startsWith('Z')).length, {
        timeout: 10_000,
      })
      .toBe(0);
  });

  it('says what is not there: nobody listens, no such name', async () => {
    await expect(testbed.dial('10.10.0.1', 1)).rejects.toThrow('10.10.0.1:1 in the testbed: connect ECONNREFUSED');
    await expect(testbed.dial('no-such-name.default.svc.cluster.local', 80)).rejects.toThrow('ENOTFOUND');
  });
});
