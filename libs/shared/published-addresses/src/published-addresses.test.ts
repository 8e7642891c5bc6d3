import type { ControllerSettings, TrackedRead } from '@gibbon/contracts/translator';
import type { Service } from '@gibbon/k8s-types';
import { describe, expect, it } from 'vitest';
import { publishedAddresses, serviceAddresses } from './published-addresses.ts';

const SETTINGS: ControllerSettings = {
  ingressClass: 'kong',
  ingressClassController: 'ingress-controllers.konghq.com/kong',
  clusterDomain: '',
  drainSupport: false,
};
const PUBLISH = { ...SETTINGS, publishService: { namespace: 'gibbon', name: 'proxy' } };

function service(fields: Pick<Service, 'spec' | 'status'>): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'gibbon', name: 'proxy' }, ...fields };
}

function reading(found: Service | null): { readonly read: TrackedRead; readonly asked: string[] } {
  const asked: string[] = [];
  const get = (kind: string, namespace: string, name: string): Service | null => {
    asked.push(`${kind} ${namespace}/${name}`);
    return found;
  };
  return { read: { get } as unknown as TrackedRead, asked };
}

describe('the addresses of the shared proxies', () => {
  it('are those that the settings give, without a look at any Service', () => {
    const { read, asked } = reading(null);
    const settings = { ...PUBLISH, publishStatusAddresses: ['192.0.2.1', '2001:db8::1', 'lb.example.com'] };
    expect(publishedAddresses(settings, read)).toEqual([{ ip: '192.0.2.1' }, { ip: '2001:db8::1' }, { hostname: 'lb.example.com' }]);
    expect(asked).toEqual([]);
  });

  it('are those of the published Service, whose absence is recorded too', () => {
    const { read, asked } = reading(null);
    expect(publishedAddresses(PUBLISH, read)).toEqual([]);
    expect(asked).toEqual(['Service gibbon/proxy']);
    const status = { loadBalancer: { ingress: [{ ip: '10.20.0.1' }] } };
    expect(publishedAddresses(PUBLISH, reading(service({ spec: { type: 'LoadBalancer' }, status })).read)).toEqual([{ ip: '10.20.0.1' }]);
  });

  it('are none where nothing is published', () => {
    expect(publishedAddresses(SETTINGS, reading(service({})).read)).toEqual([]);
  });
});

describe('the addresses of a Service', () => {
  it('are those of its load balancer, addresses and names, and none before it has any', () => {
    const ingress = [{ ip: '10.20.0.1', hostname: 'ignored.example.com' }, { hostname: 'lb.example.com' }, {}];
    expect(
      serviceAddresses(service({ spec: { type: 'LoadBalancer', clusterIPs: ['10.96.0.9'] }, status: { loadBalancer: { ingress } } })),
    ).toEqual([{ ip: '10.20.0.1' }, { hostname: 'lb.example.com' }]);
    expect(serviceAddresses(service({ spec: { type: 'LoadBalancer', clusterIPs: ['10.96.0.9'] } }))).toEqual([]);
  });

  it('are its cluster addresses where it is of another type, and none where it is headless', () => {
    expect(serviceAddresses(service({ spec: { type: 'NodePort', clusterIPs: ['10.96.0.9', 'fd00::9'] } }))).toEqual([
      { ip: '10.96.0.9' },
      { ip: 'fd00::9' },
    ]);
    expect(serviceAddresses(service({ spec: { clusterIPs: ['None'] } }))).toEqual([]);
  });
});
