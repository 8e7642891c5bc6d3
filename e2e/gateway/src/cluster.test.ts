import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KubeApi } from '@gibbon/testing-kube-api';
import { startFakeUpstream, type FakeUpstream } from '@gibbon/testing-fixtures';
import { ask, askUntil, GatewayProcess } from '@gibbon/testing-fixtures/process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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
  api.put({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'echo', namespace: 'shop' },
    spec: { ports: [{ name: 'http', port: 80 }] },
  });
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

describe('statuses', () => {
  test('say of a Gateway and its HTTPRoute what holds, once it serves', async () => {
    putBackend();
    api.serve({
      group: 'gateway.networking.k8s.io',
      versions: ['v1'],
      kind: 'GatewayClass',
      plural: 'gatewayclasses',
      namespaced: false,
      status: true,
    });
    api.serve({
      group: 'gateway.networking.k8s.io',
      versions: ['v1'],
      kind: 'Gateway',
      plural: 'gateways',
      namespaced: true,
      status: true,
    });
    api.serve({
      group: 'gateway.networking.k8s.io',
      versions: ['v1'],
      kind: 'HTTPRoute',
      plural: 'httproutes',
      namespaced: true,
      status: true,
    });
    const apiVersion = 'gateway.networking.k8s.io/v1';
    api.put({ apiVersion, kind: 'GatewayClass', metadata: { name: 'gibbon' }, spec: { controllerName: 'gibbon.dev/gateway-controller' } });
    const listeners = [{ name: 'http', port: 80, protocol: 'HTTP' }];
    api.put({
      apiVersion,
      kind: 'Gateway',
      metadata: { name: 'edge', namespace: 'shop' },
      spec: { gatewayClassName: 'gibbon', listeners },
    });
    const rules = [{ matches: [{ path: { type: 'PathPrefix', value: '/route' } }], backendRefs: [{ name: 'echo', port: 80 }] }];
    api.put({
      apiVersion,
      kind: 'HTTPRoute',
      metadata: { name: 'route', namespace: 'shop' },
      spec: { parentRefs: [{ name: 'edge' }], rules },
    });
    const port = await serve();
    expect((await ask({ port, path: '/route' })).status).toBe(200);
    await api.requested(({ verb, plural, subresource }) => verb === 'patch' && plural === 'httproutes' && subresource === 'status');
    await api.requested(({ verb, plural, subresource }) => verb === 'patch' && plural === 'gateways' && subresource === 'status');
    // Whatever was being written has been written when the process has ended.
    expect(await gateway?.stop()).toBe(0);
    gateway = null;
    const conditions = JSON.stringify(api.get('HTTPRoute', 'shop', 'route')?.['status']);
    expect(conditions).toContain('"type":"Accepted","status":"True"');
    expect(conditions).toContain('"type":"ResolvedRefs","status":"True"');
  });
});
