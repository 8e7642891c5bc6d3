import type { ProxyTarget } from '@gibbon/contracts/publisher';
import type { ControllerSettings } from '@gibbon/contracts/translator';
import { KubeClient, plainAccess, type ApiAccess } from '@gibbon/k8s-client';
import { TestServices } from '@gibbon/testing-contract-kits';
import { KubeApi } from '@gibbon/testing-kube-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClusterProxies } from './cluster-proxies.ts';
import type { ProxiesOptions } from './options.ts';

const GATEWAY_KINDS = [
  { kind: 'GatewayClass', plural: 'gatewayclasses', namespaced: false },
  { kind: 'Gateway', plural: 'gateways', namespaced: true },
].map((kind) => ({ ...kind, group: 'gateway.networking.k8s.io', versions: ['v1'], status: true }));

const SETTINGS: ControllerSettings = {
  ingressClass: 'kong',
  ingressClassController: 'ingress-controllers.konghq.com/kong',
  clusterDomain: '',
  drainSupport: false,
  managedGateways: true,
};

const SERVICE = { namespace: 'gibbon', name: 'admin', portNames: ['admin'], servername: null, usesIdentity: false, certificateSecret: '' };
const MANAGED = { image: 'proxy:1', imagePullPolicy: null, imagePullSecrets: [], replicas: null, workers: 0, logLevel: 'info' };

let api: KubeApi;
let access: ApiAccess;
let services: TestServices;
let proxies: ClusterProxies | null;
let targets: readonly ProxyTarget[];
let problems: string[];

beforeEach(async () => {
  api = await KubeApi.start({ kinds: GATEWAY_KINDS });
  access = plainAccess(api.url);
  services = new TestServices();
  [proxies, targets, problems] = [null, [], []];
});

afterEach(async () => {
  await proxies?.stop();
  await access.close();
  await api.close();
  expect(services.clock.pending).toBe(0);
});

/** Starts; Gateways and their classes on the server have been delivered. */
function start(options: Partial<ProxiesOptions>): void {
  const { clock, random, logger: log } = services;
  proxies = new ClusterProxies({
    options: { service: null, managed: null, identitySecret: '', namespaces: [], ...options },
    settings: SETTINGS,
    client: new KubeClient({ access, clock }),
    leadership: { leading: true, onChange: () => ({ dispose: () => {} }) },
    clock,
    random,
    log,
  });
  proxies.targets.observe((now) => void (targets = now));
  const { tap } = proxies;
  tap?.reportTo((_ref, origin, problem) => void problems.push(`${origin}: ${String(problem)}`));
  tap?.apply([...api.list('GatewayClass'), ...api.list('Gateway')].map((object) => ({ type: 'upsert', object: object as never })));
  tap?.synced();
  proxies.start();
}

function putGateway(): string {
  const apiVersion = 'gateway.networking.k8s.io/v1';
  api.put({ apiVersion, kind: 'GatewayClass', metadata: { name: 'gibbon' }, spec: { controllerName: 'gibbon.dev/gateway-controller' } });
  const listeners = [{ name: 'http', port: 80, protocol: 'HTTP' }];
  const spec = { gatewayClassName: 'gibbon', listeners };
  return api.put({ apiVersion, kind: 'Gateway', metadata: { namespace: 'shop', name: 'web' }, spec }).metadata.uid;
}

function putSlice(namespace: string, labels: Readonly<Record<string, string>>, address: string): void {
  api.put({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace, name: `slice-${address}`, labels },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], targetRef: { kind: 'Pod', name: `pod-${address}`, uid: address } }],
    ports: [{ name: 'admin', port: 8444, protocol: 'TCP' }],
  } as never);
}

async function until(holds: () => boolean): Promise<void> {
  for (let passedMs = 0; !holds(); passedMs += 50) {
    if (passedMs > 60_000) throw new Error(`nothing came of it: ${JSON.stringify({ targets, problems, lines: services.lines })}`);
    await services.clock.advanceAsync(50);
  }
}

describe('proxies of a cluster', () => {
  it('of a Service are found, without certificates where they have none', async () => {
    putSlice('gibbon', { 'kubernetes.io/service-name': 'admin' }, '10.0.0.1');
    start({ service: SERVICE });
    await until(() => targets.length === 1);
    expect(targets).toEqual([{ name: 'pod-10.0.0.1', url: 'https://10.0.0.1:8444' }]);
    expect([proxies?.tap, api.list('Secret')]).toEqual([null, []]);
  });

  it('of a Service have the certificates of the Secret where they are meant to', async () => {
    putSlice('gibbon', { 'kubernetes.io/service-name': 'admin' }, '10.0.0.1');
    start({ service: { ...SERVICE, usesIdentity: true }, identitySecret: 'identity' });
    await until(() => targets.length === 1);
    const tls = { ca: expect.stringContaining('BEGIN CERTIFICATE') as string };
    expect(targets[0]).toMatchObject({ servername: 'proxy.gibbon.internal', tls });
  });

  it('of a Gateway are made and found, and let in who has a certificate of the same authority', async () => {
    const uid = putGateway();
    start({ managed: MANAGED, identitySecret: 'identity' });
    await until(() => api.list('Deployment', 'shop').length === 1);
    putSlice('shop', { 'gibbon.dev/role': 'admin', 'gibbon.dev/gateway-uid': uid }, '10.0.0.2');
    putSlice('evil', { 'gibbon.dev/role': 'admin', 'gibbon.dev/gateway-uid': uid }, '10.0.0.6');
    await until(() => targets.length > 0);
    expect(targets).toMatchObject([{ url: 'https://10.0.0.2:8444', servername: `${uid}.proxy.gibbon.internal`, plane: uid }]);
    const secret = api.get('Secret', 'shop', 'web-gibbon-admin-tls')?.['data'] as Record<string, string>;
    expect(Buffer.from(secret['ca.crt'] ?? '', 'base64').toString()).toBe(targets[0]?.tls?.ca);
  });

  it('wait for the certificates as long as there are none, and say once what is wrong', async () => {
    putGateway();
    const allow = api.faults.forbid({ plural: 'secrets', verb: 'create' });
    start({ managed: MANAGED, identitySecret: 'identity' });
    await until(() => api.requests.filter(({ verb, plural }) => verb === 'create' && plural === 'secrets').length > 3);
    expect(services.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'proxies cannot be configured before there are certificates', fields: { code: 'GW_K8S_FORBIDDEN' } },
    ]);
    expect(api.list('Deployment')).toEqual([]);
    allow();
    await until(() => api.list('Deployment', 'shop').length === 1);
  });

  it('that cannot be made are a problem of their Gateway', async () => {
    putGateway();
    api.faults.forbid({ plural: 'deployments', verb: 'patch' });
    start({ managed: MANAGED, identitySecret: 'identity' });
    await until(() => problems.length > 0);
    expect(problems[0]).toContain('proxies of shop/web: PATCH /apis/apps/v1/namespaces/shop/deployments/web-gibbon');
  });

  it('are looked for no more after the end, also when it comes before the beginning', async () => {
    api.faults.add({ match: { plural: 'secrets' }, status: 500 });
    start({ managed: MANAGED, identitySecret: 'identity' });
    await until(() => api.requests.length > 2);
    await proxies?.stop();
    expect(services.clock.pending).toBe(0);
  });
});
