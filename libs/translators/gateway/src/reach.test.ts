import type { KubeObject } from '@gibbon/contracts/resource';
import { SHARED_PLANE, type ControllerSettings, type TrackedRead } from '@gibbon/contracts/translator';
import type { EndpointSlice, Gateway, GatewayAddress, LoadBalancerIngress, Service } from '@gibbon/k8s-types';
import { describe, expect, it } from 'vitest';
import { reachOf } from './reach.ts';

const SETTINGS: ControllerSettings = {
  ingressClass: 'kong',
  ingressClassController: 'ingress-controllers.konghq.com/kong',
  clusterDomain: '',
  drainSupport: false,
};
const PLANE = 'uid-of-edge';

function gateway(addresses?: readonly GatewayAddress[]): Gateway {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { namespace: 'shop', name: 'edge', uid: PLANE },
    spec: { gatewayClassName: 'gibbon', listeners: [], ...(addresses !== undefined && { addresses }) },
  };
}

function service(ingress: readonly LoadBalancerIngress[]): Service {
  const metadata = { namespace: 'shop', name: 'edge-gibbon', labels: { 'gibbon.dev/gateway-uid': PLANE } };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { type: 'LoadBalancer' }, status: { loadBalancer: { ingress } } };
}

function slice(...ready: readonly (boolean | undefined)[]): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'shop', name: 'edge-gibbon-1' },
    addressType: 'IPv4',
    endpoints: ready.map((each) => ({ addresses: ['10.0.0.1'], conditions: each === undefined ? {} : { ready: each } })),
  } as EndpointSlice;
}

/** A cluster in which the Gateway's proxies have this Service and these slices. */
function cluster(found: Service | null, slices: readonly EndpointSlice[] = []): TrackedRead {
  const get = (kind: string, namespace: string, name: string): KubeObject | null =>
    `${kind} ${namespace}/${name}` === 'Service shop/edge-gibbon' ? found : null;
  const index = (_name: string, value: string): readonly KubeObject[] => (value === 'shop/edge-gibbon' ? slices : []);
  return { get, index } as unknown as TrackedRead;
}

const foreign: Service = { ...service([{ ip: '192.0.2.66' }]), metadata: { namespace: 'shop', name: 'edge-gibbon' } };

const ip = (value: string): { readonly type: 'IPAddress'; readonly value: string } => ({ type: 'IPAddress', value });

describe('a Gateway with proxies of its own', () => {
  const reach = (read: TrackedRead, addresses?: readonly GatewayAddress[]): ReturnType<typeof reachOf> =>
    reachOf(gateway(addresses), PLANE, SETTINGS, read);

  it('is reached at all addresses of its Service once one of its proxies is ready', () => {
    const ready = cluster(service([{ ip: '192.0.2.1' }, { hostname: 'lb.example.com' }]), [slice(false), slice(false, true)]);
    expect(reach(ready)).toEqual({
      addresses: [ip('192.0.2.1'), { type: 'Hostname', value: 'lb.example.com' }],
      problem: null,
      proxies: null,
    });
    expect(reach(cluster(service([{ ip: '192.0.2.1' }]), [slice(undefined)])).problem).toBeNull();
  });

  it.each([
    ['has no Service', cluster(null), 'Pending', 'Service shop/edge-gibbon'],
    ['has no address', cluster(service([]), [slice(true)]), 'AddressNotAssigned', 'no address yet'],
    ['has no proxy', cluster(service([{ ip: '192.0.2.1' }])), 'NoResources', 'no proxy of Service shop/edge-gibbon'],
    ['has no ready proxy', cluster(service([{ ip: '192.0.2.1' }]), [slice(false)]), 'NoResources', 'no proxy of Service shop/edge-gibbon'],
    ['has a Service of somebody else', cluster(foreign, [slice(true)]), 'Pending', 'Service shop/edge-gibbon'],
  ])('is not programmed while it %s', (_what, read, reason, message) => {
    expect(reach(read).problem).toEqual({ ok: false, reason, message: expect.stringContaining(message) });
    expect(reach(read).addresses.map(({ value }) => value)).not.toContain('192.0.2.66');
  });

  it('keeps its listeners pending only while its proxies are the reason', () => {
    expect(reach(cluster(service([]), [slice(true)])).proxies).toBeNull();
    expect(reach(cluster(service([{ ip: '192.0.2.1' }]))).proxies).not.toBeNull();
  });

  it('shows of its addresses those alone that it asks for', () => {
    const read = cluster(service([{ ip: '192.0.2.1' }, { ip: '2001:db8::1' }, { hostname: 'LB.example.com' }]), [slice(true)]);
    expect(reach(read, [{ value: '192.0.2.1' }])).toMatchObject({ addresses: [ip('192.0.2.1')], problem: null });
    expect(reach(read, [{ value: '2001:DB8:0::1' }]).addresses).toEqual([ip('2001:db8::1')]);
    expect(reach(read, [{ type: 'Hostname', value: 'lb.example.com' }]).addresses).toEqual([{ type: 'Hostname', value: 'LB.example.com' }]);
    expect(reach(read, [{ type: 'Hostname' }]).addresses).toHaveLength(1);
    expect(reach(read, [{ type: 'IPAddress', value: '' }]).addresses).toHaveLength(2);
  });

  it('says which of the addresses that it asks for it does not have', () => {
    const read = cluster(service([{ ip: '192.0.2.1' }]), [slice(true)]);
    expect(reach(read, [{ value: '192.0.2.99' }, { value: '192.0.2.1' }])).toMatchObject({
      addresses: [ip('192.0.2.1')],
      problem: { reason: 'AddressNotUsable', message: expect.stringMatching(/at 192\.0\.2\.99: they have 192\.0\.2\.1$/) },
    });
    expect(reach(cluster(service([]), [slice(true)]), [{ value: '192.0.2.1' }]).problem).toMatchObject({
      reason: 'AddressNotUsable',
      message: expect.stringContaining('they have none (yet)'),
    });
    expect(reach(read, [{ type: 'Hostname' }]).problem).toMatchObject({ reason: 'AddressNotAssigned' });
  });

  it('has no more addresses than its status takes', () => {
    const many = Array.from({ length: 20 }, (_, index) => ({ ip: `192.0.2.${index}` }));
    expect(reach(cluster(service(many), [slice(true)])).addresses).toHaveLength(16);
  });
});

describe('a Gateway of the shared proxies', () => {
  const nothing = cluster(null);

  it('is reached where these are published', () => {
    const settings = { ...SETTINGS, publishStatusAddresses: ['192.0.2.1', 'edge.example.com'] };
    expect(reachOf(gateway(), SHARED_PLANE, settings, nothing)).toEqual({
      addresses: [ip('192.0.2.1'), { type: 'Hostname', value: 'edge.example.com' }],
      problem: null,
      proxies: null,
    });
    expect(reachOf(gateway([{ value: '192.0.2.2' }]), SHARED_PLANE, settings, nothing).problem).toMatchObject({
      reason: 'AddressNotUsable',
    });
  });

  it('waits for the published Service, and is programmed where none is published', () => {
    const settings = { ...SETTINGS, publishService: { namespace: 'gibbon', name: 'proxy' } };
    expect(reachOf(gateway(), SHARED_PLANE, settings, nothing).problem).toMatchObject({ reason: 'AddressNotAssigned' });
    expect(reachOf(gateway(), SHARED_PLANE, SETTINGS, nothing)).toEqual({ addresses: [], problem: null, proxies: null });
  });
});
