import type { KubeObject } from '@gibbon/contracts/resource';
import { GATEWAY_CONTROLLER_NAME, type ControllerSettings, type TrackedRead } from '@gibbon/contracts/translator';
import type { Gateway, HTTPRoute, Listener } from '@gibbon/k8s-types';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { countAttachedRoutes } from './attached-routes.ts';

const SETTINGS: ControllerSettings = {
  ingressClass: 'kong',
  ingressClassController: 'ingress-controllers.konghq.com/kong',
  clusterDomain: '',
  drainSupport: false,
};
const GATEWAY = 'gateway.networking.k8s.io/v1';

function gateway(...listeners: readonly Partial<Listener>[]): Gateway {
  return {
    apiVersion: GATEWAY,
    kind: 'Gateway',
    metadata: { namespace: 'infra', name: 'edge' },
    spec: {
      gatewayClassName: 'gibbon',
      listeners: listeners.map((listener, index) => ({ name: `l${index}`, port: 80 + index, protocol: 'HTTP', ...listener })),
    },
  };
}

function route(name: string, namespace = 'infra', hostname = `${name}.example.com`): HTTPRoute {
  const parentRefs = [
    { namespace: 'infra', name: 'edge' },
    { namespace: 'infra', name: 'other' },
  ];
  return { apiVersion: GATEWAY, kind: 'HTTPRoute', metadata: { namespace, name }, spec: { parentRefs, hostnames: [hostname] } };
}

describe('countAttachedRoutes', () => {
  let routes: HTTPRoute[];
  let labels: Readonly<Record<string, Readonly<Record<string, string>>>>;
  let namespaces: Map<string, KubeObject>;
  let reads: string[];

  const gatewayClass: KubeObject = {
    apiVersion: GATEWAY,
    kind: 'GatewayClass',
    metadata: { name: 'gibbon' },
    ...{ spec: { controllerName: GATEWAY_CONTROLLER_NAME } },
  };

  beforeEach(() => {
    routes = [];
    labels = {};
    namespaces = new Map();
    reads = [];
  });

  const setLabels = (namespace: string, value: Readonly<Record<string, string>>): void => {
    labels = { ...labels, [namespace]: value };
    namespaces.set(namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: value } });
  };

  const count = (of: Gateway): Record<string, number> => {
    const get = (kind: string, _namespace: string, name: string): KubeObject | null => {
      reads.push(`${kind} ${name}`);
      if (kind === 'Gateway') return name === 'edge' ? of : null;
      return kind === 'GatewayClass' ? gatewayClass : (namespaces.get(name) ?? null);
    };
    const read = { get, index: (_name: string, value: string) => (value === 'infra/edge' ? routes : []) } as unknown as TrackedRead;
    return Object.fromEntries(countAttachedRoutes(of, SETTINGS, read));
  };

  it('counts at each listener the routes that it takes', () => {
    routes = [route('a'), route('b'), route('c', 'shop'), route('d', 'infra', 'd.example.org')];
    const all = { allowedRoutes: { namespaces: { from: 'All' } } } as const;
    expect(count(gateway(all, { hostname: '*.example.com' }, { hostname: 'nobody.example.net' }))).toEqual({ l0: 4, l1: 2 });
  });

  it('follows routes and listeners as they come, go and change', () => {
    const first = gateway({});
    routes = [route('a'), route('b')];
    expect(count(first)).toEqual({ l0: 2 });
    routes = [routes[1] as HTTPRoute, route('c'), route('d')];
    expect(count(first)).toEqual({ l0: 3 });
    routes = [routes[0] as HTTPRoute, route('c', 'shop')];
    expect(count(first)).toEqual({ l0: 1 });
    expect(count(gateway({ allowedRoutes: { namespaces: { from: 'All' } } }, { hostname: 'b.example.com' }))).toEqual({ l0: 2, l1: 1 });
    expect(count(gateway({ hostname: 'b.example.com' }))).toEqual({ l0: 1 });
  });

  it('counts as from the beginning, whatever came, went and changed before', () => {
    const one = gateway({ hostname: '*.example.com' }, { allowedRoutes: { namespaces: { from: 'All' } } });
    const edit = fc.record({
      at: fc.nat(8),
      host: fc.constantFrom('a.example.com', 'b.example.org'),
      namespace: fc.constantFrom('infra', 'shop'),
    });
    fc.assert(
      fc.property(fc.array(fc.array(edit, { maxLength: 4 }), { maxLength: 12 }), (batches) => {
        const places = new Map<number, HTTPRoute>();
        for (const batch of batches) {
          for (const { at, host, namespace } of batch) {
            if (places.has(at) && host === 'a.example.com') places.delete(at);
            else places.set(at, route(`r${at}`, namespace, host));
          }
          routes = [...places.keys()].sort((a, b) => a - b).map((at) => places.get(at) as HTTPRoute);
          const inExample = routes.filter(
            ({ spec, metadata }) => spec.hostnames?.[0] === 'a.example.com' && metadata.namespace === 'infra',
          );
          const expected = Object.entries({ l0: inExample.length, l1: routes.length }).filter(([, many]) => many > 0);
          expect(count(one)).toEqual(Object.fromEntries(expected));
        }
      }),
    );
  });

  it('follows the labels of namespaces, and reads each of them every time, so that it is asked again', () => {
    const matchLabels = { team: 'a' };
    const one = gateway({ allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels } } } });
    routes = [route('a', 'shop'), route('b', 'shop'), route('c', 'bank')];
    expect(count(one)).toEqual({});
    setLabels('shop', { team: 'a' });
    expect(count(one)).toEqual({ l0: 2 });
    setLabels('bank', { team: 'a' });
    setLabels('shop', { team: 'b' });
    reads = [];
    expect(count(one)).toEqual({ l0: 1 });
    reads = [];
    expect(count(one)).toEqual({ l0: 1 });
    expect(reads.filter((each) => each.startsWith('Namespace'))).toEqual(['Namespace shop', 'Namespace bank']);
  });

  it('does not attach routes again that are as they were', () => {
    const one = gateway({ allowedRoutes: { namespaces: { from: 'All' } } });
    routes = Array.from({ length: 100 }, (_, index) => route(`r${index}`));
    count(one);
    routes = [...routes, route('new')];
    reads = [];
    expect(count(one)).toEqual({ l0: 101 });
    expect(reads.filter((each) => each === 'Gateway edge')).toHaveLength(1);
  });
});
