import type { EndpointSlice, Service } from '@gibbon/k8s-types';
import { describe, expect, it } from 'vitest';
import { endpointTargets, serviceTarget } from './targets.ts';

const SETTINGS = { ingressClass: 'kong', ingressClassController: '', clusterDomain: '', drainSupport: false };
const METADATA = { namespace: 'shop', name: 'cart' };

function serviceOf(protocol: 'TCP' | 'UDP', name?: string): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: METADATA,
    spec: { ports: [{ port: 80, protocol, ...(name !== undefined && { name }) }] },
  };
}

function slice(ports: EndpointSlice['ports'], fields: Partial<EndpointSlice> = {}): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: METADATA,
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'] }],
    ...fields,
    ...(ports !== undefined && { ports }),
  };
}

function targets(service: Service, slices: readonly EndpointSlice[], drainSupport = false): readonly string[] {
  const port = service.spec?.ports?.[0];
  if (port === undefined) throw new Error('a Service of this suite has a port');
  return endpointTargets(service, { ok: true, number: port.port, port }, slices, { ...SETTINGS, drainSupport }).map(({ target, weight }) =>
    weight === undefined ? target : `${target} weight ${weight}`,
  );
}

describe('endpointTargets', () => {
  it('joins slice and Service by the name of the port', () => {
    expect(targets(serviceOf('TCP', 'http'), [slice([{ name: 'http', port: 1 }, { name: 'admin', port: 2 }, { port: 3 }])])).toEqual([
      '10.0.0.1:1',
    ]);
    expect(targets(serviceOf('TCP'), [slice([{ name: '', port: 4 }]), slice([{ port: 5 }])])).toEqual(['10.0.0.1:4', '10.0.0.1:5']);
  });

  it('takes protocols of the Service, and TCP always', () => {
    const both = [
      slice([
        { port: 1, protocol: 'UDP' },
        { port: 2, protocol: 'TCP' },
        { port: 3, protocol: 'SCTP' },
      ]),
    ];
    expect(targets(serviceOf('TCP'), both)).toEqual(['10.0.0.1:2']);
    expect(targets(serviceOf('UDP'), both)).toEqual(['10.0.0.1:1', '10.0.0.1:2']);
  });

  it('writes addresses of each family, each target once', () => {
    expect(
      targets(serviceOf('TCP'), [
        slice([{ port: 1 }], { endpoints: [{ addresses: ['10.0.0.1', '10.0.0.9'] }, { addresses: ['10.0.0.1'] }] }),
        slice([{ port: 1 }], { addressType: 'IPv6', endpoints: [{ addresses: ['fd00::1'] }] }),
        slice([{ port: 1 }], { addressType: 'FQDN', endpoints: [{ addresses: ['pod.test'] }] }),
        slice([{ port: 1 }], { endpoints: [] }),
      ]),
    ).toEqual(['10.0.0.1:1', '[fd00::1]:1', 'pod.test:1']);
  });

  it.each([
    [{}, '10.0.0.1:1', '10.0.0.1:1'],
    [{ ready: true }, '10.0.0.1:1', '10.0.0.1:1'],
    [{ ready: false }, undefined, undefined],
    [{ ready: false, terminating: true }, undefined, '10.0.0.1:1 weight 0'],
    [{ ready: true, terminating: true }, '10.0.0.1:1', '10.0.0.1:1 weight 0'],
    [{ ready: null, serving: false, terminating: null }, '10.0.0.1:1', '10.0.0.1:1'],
  ])('goes by conditions %j', (conditions, without, withDrain) => {
    const slices = [slice([{ port: 1 }], { endpoints: [{ addresses: ['10.0.0.1'], conditions }] })];
    expect(targets(serviceOf('TCP'), slices)[0]).toBe(without);
    expect(targets(serviceOf('TCP'), slices, true)[0]).toBe(withDrain);
  });
});

describe('serviceTarget', () => {
  it("is the Service's own name, with the cluster's domain where it is known", () => {
    const ref = { namespace: 'shop', service: 'cart', port: 'http' };
    expect(serviceTarget(ref, 80, SETTINGS)).toEqual({ target: 'cart.shop.svc:80' });
    expect(serviceTarget(ref, 80, { ...SETTINGS, clusterDomain: 'cluster.local' })).toEqual({ target: 'cart.shop.svc.cluster.local:80' });
  });
});
