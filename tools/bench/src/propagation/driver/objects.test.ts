import { expect, it } from 'vitest';
import { endpoints, MANY_ADDRESSES, manyManifests, manyNamespaces, manyRoute, probeRoute, service } from './objects.ts';

it('names many routes and their addresses apart, within the range', () => {
  const all = [0, 1, 99, 100, 4999, 19_999].flatMap((index) => [0, 1, 15].map((variant) => ({ index, ...manyRoute(index, variant) })));
  expect(new Set(all.map(({ address }) => address)).size).toBe(all.length);
  expect(new Set(all.map(({ host }) => host)).size).toBe(6);
  expect(MANY_ADDRESSES).toBe('10.192.0.0/11');
  for (const { address, index, namespace } of all) {
    const [first, second] = address.split('.').map(Number) as [number, number];
    expect([first, second >= 192 && second <= 223]).toEqual([10, true]);
    expect(manyNamespaces(index + 1)).toContain(namespace);
  }
  expect(manyNamespaces(200)).toHaveLength(2);
});

it('gives each of the many a Service, endpoints that belong to it, and a route to it', () => {
  const [first, second, third] = manyManifests(manyRoute(101));
  expect([first?.kind, second?.kind, third?.kind]).toEqual(['Service', 'EndpointSlice', 'HTTPRoute']);
  expect(second?.metadata).toMatchObject({ namespace: 'scale-1', labels: { 'kubernetes.io/service-name': first?.metadata.name } });
  expect(third?.['spec']).toMatchObject({
    hostnames: ['app-1.scale-1.example.com'],
    rules: [{ backendRefs: [{ name: first?.metadata.name }] }],
  });
});

it('gives endpoints the ports of their Service, by name', () => {
  const names = (list: unknown): unknown => (list as { name: string }[]).map(({ name }) => name);
  const { ports } = service('default', 'backend', [80, 8080])['spec'] as { ports: unknown };
  expect(names(endpoints('default', 'backend', '10.10.0.1', 2)['ports'])).toEqual(names(ports));
});

it('probes with a second rule that must not be seen', () => {
  const { rules } = probeRoute('x', 'x.example.com', '/x')['spec'] as { rules: { backendRefs: unknown }[] };
  expect(rules.map(({ backendRefs }) => backendRefs)).toEqual([[{ name: 'backend', port: 80 }], [{ name: 'invalid-backend', port: 80 }]]);
});
