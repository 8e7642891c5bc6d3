import type { ProxyTarget } from '@gibbon/contracts/publisher';
import { KubeClient, plainAccess, type ApiAccess } from '@gibbon/k8s-client';
import { TestServices } from '@gibbon/testing-contract-kits';
import { KubeApi } from '@gibbon/testing-kube-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProxyDiscovery, type DiscoveryTargets, type ManagedProxies, type ProxyCredentials } from './index.ts';

const CREDENTIALS: ProxyCredentials = { tls: { ca: 'authority', cert: 'certificate', key: 'key' }, servername: 'proxy.test' };
const SERVICE = { namespace: 'gibbon', name: 'admin', portNames: ['admin-tls', 'admin'], credentials: null, servername: null };

let api: KubeApi;
let access: ApiAccess;
let services: TestServices;
let discovery: ProxyDiscovery;
/** What the observer was told, in order. */
let told: (readonly ProxyTarget[])[];
let gateways: Map<string, string>;
let gatewaysChanged: () => void;

const managed = (more: Partial<ManagedProxies> = {}): ManagedProxies => ({
  labelSelector: 'role=admin',
  planeLabel: 'plane',
  portName: 'admin',
  credentials: (plane: string) => ({ ...CREDENTIALS, servername: `${plane}.proxy.test` }),
  namespaces: [],
  homes: {
    homeOf: (plane) => gateways.get(plane) ?? null,
    onChange: (listener) => {
      gatewaysChanged = listener;
      return { dispose: () => void (gatewaysChanged = () => {}) };
    },
  },
  ...more,
});

beforeEach(async () => {
  api = await KubeApi.start();
  access = plainAccess(api.url);
  services = new TestServices();
  const { clock, random, logger } = services;
  discovery = new ProxyDiscovery({ client: new KubeClient({ access, clock }), clock, random, logger });
  told = [];
  gateways = new Map();
  gatewaysChanged = () => {};
});

afterEach(async () => {
  await discovery.dispose();
  await access.close();
  await api.close();
  expect(services.clock.pending).toBe(0);
});

interface SliceOptions {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly addressType?: string;
  readonly ports?: readonly object[];
}

const ADMIN_PORT = { name: 'admin', port: 8001, protocol: 'TCP' };
const OF_SERVICE = { 'kubernetes.io/service-name': 'admin' };
const pod = (address: string, more: object = {}): object => ({
  addresses: [address],
  targetRef: { kind: 'Pod', name: `pod-${address}`, uid: `uid-${address}` },
  ...more,
});

function put(name: string, endpoints: readonly object[] | null, options: SliceOptions = {}): void {
  const { namespace = 'gibbon', labels = OF_SERVICE, addressType = 'IPv4', ports = [ADMIN_PORT] } = options;
  api.put({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace, name, labels },
    addressType,
    endpoints,
    ports,
  });
}

/** Begins to look, and writes down what an observer is told. */
function start(targets: Partial<DiscoveryTargets>): void {
  discovery.observe((now) => told.push(now));
  discovery.start({ service: null, managed: null, ...targets });
}

const urls = (): readonly string[] => (told.at(-1) ?? []).map(({ url }) => url).sort();
const found = (...expected: readonly string[]): Promise<void> => expect.poll(urls).toEqual(expected);

describe('proxies of a Service', () => {
  it('are told at once and as they come, change and go; those that are not ready are among them', async () => {
    put('one', [pod('10.0.0.1'), pod('10.0.0.2', { conditions: { ready: false } })]);
    put('other-service', [pod('10.0.0.9')], { labels: { 'kubernetes.io/service-name': 'other' } });
    put('elsewhere', [pod('10.0.0.8')], { namespace: 'default' });
    start({ service: SERVICE });
    expect(told).toEqual([[]]);
    await found('http://10.0.0.1:8001', 'http://10.0.0.2:8001');
    expect(told.at(-1)?.[0]).toEqual({ name: 'pod-10.0.0.1', url: 'http://10.0.0.1:8001' });
    put('two', [pod('10.0.0.3')]);
    await found('http://10.0.0.1:8001', 'http://10.0.0.2:8001', 'http://10.0.0.3:8001');
    put('one', [pod('10.0.0.1', { conditions: { terminating: true, serving: true, ready: false } }), pod('10.0.0.2')]);
    await found('http://10.0.0.2:8001', 'http://10.0.0.3:8001');
    api.remove('EndpointSlice', 'gibbon', 'two');
    await found('http://10.0.0.2:8001');
    put('one', null);
    await found();
  });

  it('are asked for by the API server alone', async () => {
    start({ service: SERVICE });
    await api.requested(({ verb }) => verb === 'watch');
    const asked = api.requests.map(({ namespace, query }) => [namespace, new URLSearchParams(query).get('labelSelector')]);
    expect(asked).toEqual([
      ['gibbon', 'kubernetes.io/service-name=admin'],
      ['gibbon', 'kubernetes.io/service-name=admin'],
    ]);
  });

  it('have the port of the first name that there is, and TLS where Kong has it', async () => {
    put('one', [pod('10.0.0.1')], { ports: [ADMIN_PORT, { name: 'admin-tls', port: 9444 }] });
    put('two', [pod('10.0.0.2')], { ports: [{ name: 'admin', port: 8444 }] });
    put('three', [pod('10.0.0.3')], { ports: [{ name: 'proxy', port: 8000 }] });
    put('four', [pod('10.0.0.4')], { ports: [{ name: 'admin', port: 8001, protocol: 'UDP' }] });
    start({ service: { ...SERVICE, servername: 'pod.admin.gibbon.svc' } });
    await found('https://10.0.0.1:9444', 'https://10.0.0.2:8444');
    expect(told.at(-1)?.find(({ name }) => name === 'pod-10.0.0.1')).toEqual({
      name: 'pod-10.0.0.1',
      url: 'https://10.0.0.1:9444',
      servername: 'pod.admin.gibbon.svc',
    });
  });

  it('are known by the credentials of the controller, where it has any', async () => {
    put('one', [pod('10.0.0.1')], { ports: [{ name: 'admin-tls', port: 8444 }] });
    start({ service: { ...SERVICE, credentials: CREDENTIALS } });
    await found('https://10.0.0.1:8444');
    expect(told.at(-1)?.[0]).toMatchObject(CREDENTIALS);
  });

  it('with two families of addresses are configured once', async () => {
    const both = { targetRef: { kind: 'Pod', name: 'both', uid: 'u1' } };
    put('six', [{ addresses: ['fd00::1'], ...both }, pod('fd00::2')], { addressType: 'IPv6' });
    put('zfour', [{ addresses: ['10.0.0.1'], ...both }]);
    put('name', [pod('proxy.test')], { addressType: 'FQDN' });
    start({ service: SERVICE });
    await found('http://10.0.0.1:8001', 'http://[fd00::2]:8001');
  });

  it('that something happened to are other objects than before, all others the same', async () => {
    put('one', [pod('10.0.0.1')]);
    put('two', [pod('10.0.0.2')]);
    start({ service: SERVICE });
    await found('http://10.0.0.1:8001', 'http://10.0.0.2:8001');
    const before = told.at(-1) ?? [];
    put('two', [pod('10.0.0.2', { conditions: { ready: true } })]);
    await expect.poll(() => told.length).toBe(3);
    expect((told.at(-1) ?? []).map((target, index) => target === before[index])).toEqual([true, false]);
  });

  it('stay while the API server is away, and are told to nobody after the end', async () => {
    put('one', [pod('10.0.0.1')]);
    start({ service: SERVICE });
    await found('http://10.0.0.1:8001');
    await api.pause();
    await services.clock.advanceAsync(200);
    expect(urls()).toEqual(['http://10.0.0.1:8001']);
    await api.resume();
    put('two', [pod('10.0.0.2')]);
    while (urls().length < 2) await services.clock.advanceAsync(500);
    const count = told.length;
    await discovery.dispose();
    put('one', null);
    expect(told).toHaveLength(count);
  });

  it('that may not be looked for are said once, with what is missing', async () => {
    api.faults.forbid({ plural: 'endpointslices' });
    start({ service: SERVICE });
    while (api.requests.length < 4) await services.clock.advanceAsync(1000);
    expect(services.lines.map(({ level, message, fields }) => [level, message, fields['advice']])).toEqual([
      [
        'warn',
        'proxies cannot be looked for; those that are known stay',
        'add to a Role in namespace "gibbon" bound to this service account: {apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"]}',
      ],
    ]);
  });
});

describe('proxies of managed Gateways', () => {
  const labels = (plane: string): Readonly<Record<string, string>> => ({ role: 'admin', plane });

  it('have the plane of their Gateway, and are found in every namespace', async () => {
    gateways = new Map([
      ['g1', 'default'],
      ['g2', 'shop'],
    ]);
    put('one', [pod('10.0.0.1')], { namespace: 'default', labels: labels('g1') });
    put('two', [pod('10.0.0.2')], { namespace: 'shop', labels: labels('g2') });
    start({ managed: managed() });
    await found('https://10.0.0.1:8001', 'https://10.0.0.2:8001');
    expect(told.at(-1)?.map(({ name, plane }) => [name, plane])).toEqual([
      ['pod-10.0.0.1', 'g1'],
      ['pod-10.0.0.2', 'g2'],
    ]);
    expect(told.at(-1)?.map(({ tls, servername }) => [tls, servername])).toEqual([
      [CREDENTIALS.tls, 'g1.proxy.test'],
      [CREDENTIALS.tls, 'g2.proxy.test'],
    ]);
  });

  it('stay whatever slices of other planes say of them', async () => {
    gateways = new Map([
      ['g1', 'default'],
      ['g2', 'shop'],
    ]);
    put('one', [pod('10.0.0.1')], { namespace: 'default', labels: labels('g1') });
    const { targetRef } = pod('10.0.0.1') as { readonly targetRef?: object };
    put('two', [pod('10.0.0.1'), { ...pod('10.0.0.3'), targetRef }], { namespace: 'shop', labels: labels('g2') });
    start({ managed: managed() });
    await expect
      .poll(() =>
        told
          .at(-1)
          ?.filter(({ plane }) => plane === 'g1')
          .map(({ url }) => url),
      )
      .toEqual(['https://10.0.0.1:8001']);
    await expect.poll(() => told.at(-1)?.some(({ plane }) => plane === 'g2')).toBe(true);
    expect(told.at(-1)?.find(({ plane }) => plane === 'g1')).toMatchObject({ servername: 'g1.proxy.test', name: 'pod-10.0.0.1' });
  });

  it('speak plain HTTP where there are no credentials', async () => {
    gateways = new Map([['g1', 'default']]);
    put('one', [pod('10.0.0.1')], { namespace: 'default', labels: labels('g1'), ports: [{ name: 'admin', port: 8444 }] });
    start({ managed: managed({ credentials: null, namespaces: ['default', 'shop'] }) });
    await found('http://10.0.0.1:8444');
    expect(told.at(-1)).toEqual([{ name: 'pod-10.0.0.1', url: 'http://10.0.0.1:8444', plane: 'g1' }]);
  });

  it('are not believed to be of a Gateway of another namespace, nor of none', async () => {
    gateways = new Map([['g1', 'default']]);
    put('thief', [pod('10.0.0.6')], { namespace: 'evil', labels: labels('g1') });
    put('nobody', [pod('10.0.0.7')], { namespace: 'default', labels: labels('') });
    put('one', [pod('10.0.0.1')], { namespace: 'default', labels: labels('g1') });
    start({ managed: managed() });
    await found('https://10.0.0.1:8001');
  });

  it('may be there before their Gateway, and after it', async () => {
    put('one', [pod('10.0.0.1')], { namespace: 'default', labels: labels('g1') });
    start({ managed: managed() });
    await api.requested(({ verb }) => verb === 'watch');
    expect(urls()).toEqual([]);
    gateways.set('g1', 'default');
    gatewaysChanged();
    expect(urls()).toEqual(['https://10.0.0.1:8001']);
    gatewaysChanged();
    const count = told.length;
    gateways.clear();
    gatewaysChanged();
    expect([urls(), told.length]).toEqual([[], count + 1]);
  });

  it('are others than the proxies of a Service whose slices look alike', async () => {
    put('one', [pod('10.0.0.1')], { labels: { ...OF_SERVICE, role: 'admin' } });
    start({ service: SERVICE, managed: managed() });
    await found('http://10.0.0.1:8001');
    put('one', [pod('10.0.0.2')], { labels: { ...OF_SERVICE, role: 'admin' } });
    await found('http://10.0.0.2:8001');
  });
});
