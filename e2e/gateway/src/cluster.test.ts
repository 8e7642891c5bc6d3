import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KubeApi } from '@gibbon/testing-kube-api';
import { startFakeUpstream, type FakeUpstream } from '@gibbon/testing-fixtures';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GatewayProcess } from './gateway-process.ts';
import { ask, askUntil } from './http.ts';
import { ManifestFolder } from './manifests.ts';

let api: KubeApi;
let upstream: FakeUpstream;
let folder: ManifestFolder;
let gateway: GatewayProcess | null = null;

beforeEach(async () => {
  api = await KubeApi.start();
  upstream = await startFakeUpstream();
  folder = new ManifestFolder();
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server: api.url } }],
    users: [{ name: 'test', user: {} }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
  };
  writeFileSync(join(folder.path, 'kubeconfig'), JSON.stringify(kubeconfig));
});

afterEach(async () => {
  const code = await gateway?.stop();
  gateway = null;
  await api.close();
  await upstream.close();
  folder.dispose();
  if (code !== undefined) expect(code).toBe(0);
});

function putBackend(): void {
  api.put({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'echo', namespace: 'shop' }, spec: { ports: [{ name: 'http', port: 80 }] } });
  api.put({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'echo-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'echo' } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: upstream.port }],
    endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
  });
}

function putIngress(name: string, path: string): void {
  const backend = { service: { name: 'echo', port: { number: 80 } } };
  api.put({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'shop' },
    spec: { ingressClassName: 'kong', rules: [{ http: { paths: [{ path, pathType: 'Prefix', backend }] } }] },
  });
}

async function serve(): Promise<number> {
  gateway = await GatewayProcess.serve('gateway', ['--kubernetes', '--kubeconfig', join(folder.path, 'kubeconfig'), '--workers', '1']);
  return gateway.ports['proxy'] ?? 0;
}

describe('gibbon gateway --kubernetes', () => {
  test('follows the objects of an API server live', async () => {
    putBackend();
    putIngress('hello', '/hello');
    const port = await serve();
    expect((await ask({ port, path: '/hello' })).status).toBe(200);
    putIngress('later', '/later');
    await askUntil({ port, path: '/later' }, ({ status }) => status === 200);
    api.remove('Ingress', 'shop', 'hello');
    await askUntil({ port, path: '/hello' }, ({ status }) => status === 404);
  });

  test('goes on serving while the API server is away, and catches up after', async () => {
    putBackend();
    putIngress('hello', '/hello');
    const port = await serve();
    await api.pause();
    expect((await ask({ port, path: '/hello' })).status).toBe(200);
    putIngress('meanwhile', '/meanwhile');
    await api.resume();
    await askUntil({ port, path: '/meanwhile' }, ({ status }) => status === 200);
  });
});
