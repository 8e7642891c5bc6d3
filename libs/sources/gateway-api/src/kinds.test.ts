import type { KubeObject, ResourceKind } from '@gibbon/contracts/resource';
import { describe, expect, it } from 'vitest';
import { gatewayKinds } from './kinds.ts';

const SETTINGS = { ingressClass: 'kong', ingressClassController: 'x.io/y', clusterDomain: '', drainSupport: false };
const kinds = new Map(gatewayKinds(SETTINGS).map((kind) => [kind.kind, kind]));

function object(kind: string, spec: unknown, metadata: object = {}): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind,
    metadata: { namespace: 'shop', name: 'x', ...metadata },
    spec,
  } as unknown as KubeObject;
}

function problems(kind: string, spec: unknown): readonly string[] {
  return ((kinds.get(kind) as ResourceKind).validate?.(object(kind, spec)) ?? []).map(({ path, message }) => `${path}: ${message}`);
}

const route = (rule: object): readonly string[] => problems('HTTPRoute', { rules: [rule] });
const PREFIX = { type: 'ReplacePrefixMatch', replacePrefixMatch: '/x' };

describe('admission', () => {
  it('of classes goes by their controller', () => {
    const admit = (controllerName: string) => kinds.get('GatewayClass')?.admit?.(object('GatewayClass', { controllerName }));
    expect([admit('gibbon.dev/gateway-controller'), admit('x.io/other')]).toEqual([true, false]);
    const other = gatewayKinds({ ...SETTINGS, gatewayControllerNames: ['x.io/other'] })[0] as ResourceKind;
    expect(other.admit?.(object('GatewayClass', { controllerName: 'x.io/other' }))).toBe(true);
  });
});

describe('the definition of the Gateway API', () => {
  const name = 'gatewayclasses.gateway.networking.k8s.io';
  const version = { 'gateway.networking.k8s.io/bundle-version': 'v1.7.0' };
  const definition = (metadata: object): KubeObject =>
    ({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata, spec: { group: 'x' } }) as unknown as KubeObject;
  const kind = kinds.get('CustomResourceDefinition') as ResourceKind;

  it('is asked for alone', () => {
    expect(kind.select).toEqual({ fields: `metadata.name=${name}` });
    expect([kind.admit?.(definition({ name })), kind.admit?.(definition({ name: 'gateways.gateway.networking.k8s.io' }))]).toEqual([
      true,
      false,
    ]);
  });

  it('is kept with its release and nothing else', () => {
    expect(kind.normalise?.(definition({ name, resourceVersion: '7', annotations: { ...version, other: 'x' } }))).toEqual({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name, annotations: version },
    });
  });
});

describe('validation', () => {
  it('accepts what the API server accepts', () => {
    expect(problems('GatewayClass', { controllerName: 'a.b/c' })).toEqual([]);
    const listener = { name: 'a', port: 80, protocol: 'HTTP', hostname: '*.a.test', allowedRoutes: { namespaces: { from: 'All' } } };
    expect(problems('Gateway', { gatewayClassName: 'g', listeners: [listener] })).toEqual([]);
    expect(problems('ReferenceGrant', { from: [{ group: 'g', kind: 'K', namespace: 'n' }], to: [{ group: '', kind: 'Secret' }] })).toEqual(
      [],
    );
    expect(route({ matches: [{ path: { value: '/a' } }], filters: [{ type: 'URLRewrite', urlRewrite: { path: PREFIX } }] })).toEqual([]);
    expect(route({ filters: [{ type: 'Later' }] })).toEqual([]);
  });

  it.each([
    [{ matches: [{ path: { value: 'a' } }] }, ['spec.rules.1.matches.1.path.value: expected a path that begins with "/"']],
    [{ backendRefs: [{ name: 'a' }] }, ['spec.rules.1.backendRefs.1.port: required; expected a port of the Service']],
    [{ timeouts: { request: '1.5s' } }, ['spec.rules.1.timeouts.request: expected a duration, e.g. "500ms" or "1m30s"']],
    [{ filters: [{ type: 'CORS' }] }, ['spec.rules.1.filters.1.cors: required; expected what CORS should do']],
    [
      { matches: [{ path: { type: 'Exact', value: '/a' } }], filters: [{ type: 'URLRewrite', urlRewrite: { path: PREFIX } }] },
      ['spec.rules.1.filters.1.urlRewrite.path: ReplacePrefixMatch goes with a rule that has one match of type PathPrefix'],
    ],
  ])('refuses the rule %j', (rule, expected) => {
    expect(route(rule)).toEqual(expected);
  });

  it('refuses objects without a spec, and listeners of one name', () => {
    expect(problems('HTTPRoute', undefined)).toEqual(['spec: required; expected what the HTTPRoute is to do']);
    const listener = { name: 'a', port: 80, protocol: 'HTTP' };
    expect(problems('Gateway', { gatewayClassName: 'g', listeners: [listener, listener] })).toEqual([
      'spec.listeners.2.name: expected a name that no other listener has; found "a" twice',
    ]);
  });
});

it('objects keep no resourceVersion and no status, which change when statuses are written', () => {
  const written = { ...object('HTTPRoute', { rules: [] }, { resourceVersion: '7', generation: 2 }), status: { parents: [] } };
  expect(kinds.get('HTTPRoute')?.normalise?.(written)).toEqual(object('HTTPRoute', { rules: [] }, { generation: 2 }));
});

it('routes and Gateways refer to what they need', () => {
  const spec = {
    rules: [
      {
        backendRefs: [
          { name: 'a', port: 1 },
          { name: 'b', namespace: 'n', port: 1 },
        ],
      },
    ],
  };
  expect(kinds.get('HTTPRoute')?.references?.(object('HTTPRoute', spec))).toEqual([
    { kind: 'Service', namespace: 'shop', name: 'a' },
    { kind: 'Service', namespace: 'n', name: 'b' },
  ]);
  const listeners = [{ name: 'a', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'cert' }] } }];
  expect(kinds.get('Gateway')?.references?.(object('Gateway', { gatewayClassName: 'g', listeners }))).toEqual([
    { kind: 'GatewayClass', namespace: '', name: 'g' },
    { kind: 'Secret', namespace: 'shop', name: 'cert' },
  ]);
});
