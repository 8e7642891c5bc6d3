import type { KubeObject, ResourceKind } from '@gibbon/contracts/resource';
import { describe, expect, it } from 'vitest';
import { ingressKinds } from './kinds.ts';

const [INGRESS, CLASS] = ingressKinds({
  ingressClass: 'kong',
  ingressClassController: 'ingress-controllers.konghq.com/kong',
  clusterDomain: '',
  drainSupport: false,
}) as [ResourceKind, ResourceKind];

const BACKEND = { service: { name: 'cart', port: { number: 80 } } };

function ingress(spec: unknown, annotations: Readonly<Record<string, unknown>> = {}): KubeObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace: 'shop', name: 'web', annotations },
    spec,
  } as unknown as KubeObject;
}

function withPath(path: Readonly<Record<string, unknown>>): KubeObject {
  return ingress({ rules: [{ host: 'shop.test', http: { paths: [{ backend: BACKEND, ...path }] } }] });
}

function problemsOf(object: KubeObject, kind = INGRESS): readonly string[] {
  return (kind.validate?.(object) ?? []).map(({ path, message }) => `${path}: ${message}`);
}

describe('admission', () => {
  it.each([
    ['its annotation', ingress({}, { 'kubernetes.io/ingress.class': 'kong' }), true],
    ['ingressClassName', ingress({ ingressClassName: 'kong' }), true],
    ['no class at all', ingress({}), true],
    ['an annotation of another class', ingress({ ingressClassName: 'kong' }, { 'kubernetes.io/ingress.class': 'nginx' }), false],
    ['another ingressClassName', ingress({ ingressClassName: 'nginx' }), false],
  ])('of an Ingress by %s', (_name, object, admitted) => {
    expect(INGRESS.admit?.(object)).toBe(admitted);
  });

  it('of IngressClasses by their controller', () => {
    const ours = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'kong' },
      spec: { controller: 'ingress-controllers.konghq.com/kong' },
    };
    expect([CLASS.admit?.(ours), CLASS.admit?.({ ...ours, spec: { controller: 'k8s.io/nginx' } } as KubeObject)]).toEqual([true, false]);
  });
});

describe('validation', () => {
  it('accepts what the API server accepts', () => {
    expect(
      problemsOf(
        ingress({
          ingressClassName: 'kong',
          defaultBackend: { resource: { apiGroup: 'x.io', kind: 'Bucket', name: 'b' } },
          tls: [
            { hosts: ['shop.test', '*.shop.test'], secretName: 'tls' },
            { hosts: [], secretName: '' },
          ],
          rules: [
            { host: '*.shop.test', http: { paths: [{ path: '/a', pathType: 'Prefix', backend: BACKEND }] } },
            {
              host: '',
              http: {
                paths: [
                  { pathType: 'ImplementationSpecific', backend: BACKEND },
                  { path: '/~/x//y\\d', backend: { service: { name: 'cart', port: { name: 'http-2' } } } },
                ],
              },
            },
            { host: 'empty.test' },
          ],
        }),
      ),
    ).toEqual([]);
  });

  it.each<[string, KubeObject, readonly string[]]>([
    ['nothing to route', ingress({}), ['spec: expected `rules` or `defaultBackend`']],
    ['no spec', ingress(undefined), ['spec: expected `rules` or `defaultBackend`']],
    [
      'a path without slash',
      withPath({ path: 'cart', pathType: 'Prefix' }),
      ['spec.rules.1.http.paths.1.path: expected a path that begins with "/"'],
    ],
    ['no path for Exact', withPath({ pathType: 'Exact' }), ['spec.rules.1.http.paths.1.path: expected a path that begins with "/"']],
    [
      'dot segments',
      withPath({ path: '/a/../b', pathType: 'Exact' }),
      ['spec.rules.1.http.paths.1.path: expected a path without "//", "/./", "/../" and "%2f"'],
    ],
    [
      'a wrong path type',
      withPath({ path: '/', pathType: 'Regex' }),
      ['spec.rules.1.http.paths.1.pathType: expected one of Exact, Prefix, ImplementationSpecific; found "Regex"'],
    ],
    [
      'no backend',
      withPath({ path: '/', backend: undefined }),
      ['spec.rules.1.http.paths.1.backend: required; expected a backend with `service`'],
    ],
    [
      'no service',
      withPath({ path: '/', backend: {} }),
      ['spec.rules.1.http.paths.1.backend.service: required; expected the `name` and `port` of a Service'],
    ],
    [
      'no port',
      withPath({ path: '/', backend: { service: { name: 'cart' } } }),
      ['spec.rules.1.http.paths.1.backend.service.port: required; expected `number` or `name` of a port of the Service'],
    ],
    [
      'a port of the old API',
      withPath({ path: '/', backend: { service: { name: 'cart', port: 80 } } }),
      ['spec.rules.1.http.paths.1.backend.service.port: expected an object'],
    ],
    [
      'both port forms',
      withPath({ path: '/', backend: { service: { name: 'cart', port: { number: 80, name: 'http' } } } }),
      ['spec.rules.1.http.paths.1.backend.service.port: expected either `number` or `name`'],
    ],
    [
      'a port number as text',
      withPath({ path: '/', backend: { service: { name: 'cart', port: { number: '80' } } } }),
      ['spec.rules.1.http.paths.1.backend.service.port.number: expected an integer from 1 to 65535'],
    ],
    [
      'service and resource',
      withPath({ path: '/', backend: { ...BACKEND, resource: { kind: 'Bucket', name: 'b' } } }),
      ['spec.rules.1.http.paths.1.backend: expected either `service` or `resource`'],
    ],
    ['an address as host', ingress({ rules: [{ host: '10.0.0.1' }] }), ['spec.rules.1.host: expected a host name, not an IP address']],
    [
      'a host with port',
      ingress({ rules: [{ host: 'shop.test:8080' }] }),
      ['spec.rules.1.host: expected a lower-case host name without port, with "*" only as its whole first label'],
    ],
    [
      'a wildcard in the middle',
      ingress({ rules: [{ host: 'a.*.test' }] }),
      ['spec.rules.1.host: expected a lower-case host name without port, with "*" only as its whole first label'],
    ],
    ['a rule without paths', ingress({ rules: [{ http: {} }] }), ['spec.rules.1.http.paths: required; expected at least one path']],
    [
      'an annotation that is no string',
      ingress({ defaultBackend: BACKEND }, { 'konghq.com/strip-path': true }),
      ['metadata.annotations.konghq.com/strip-path: expected a string; put it in quotes'],
    ],
  ])('finds %s', (_name, object, problems) => {
    expect(problemsOf(object)).toEqual(problems);
  });

  it('reports everything at once', () => {
    expect(
      problemsOf(
        ingress({
          rules: [
            { host: 'UP.test', http: { paths: [{ path: 'x', pathType: 'Exact', backend: BACKEND }] } },
            { http: { paths: [{ path: '/', pathType: 'Exact', backend: { service: { name: 'Cart', port: {} } } }] } },
          ],
          tls: [{ hosts: 'shop.test', secretName: 7 }],
        }),
      ).map((line) => line.slice(0, line.indexOf(':'))),
    ).toEqual([
      'spec.rules.1.host',
      'spec.rules.1.http.paths.1.path',
      'spec.rules.2.http.paths.1.backend.service.name',
      'spec.rules.2.http.paths.1.backend.service.port',
      'spec.tls.1.hosts',
      'spec.tls.1.secretName',
    ]);
  });

  it('wants a controller path of an IngressClass', () => {
    expect(
      problemsOf(
        {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'IngressClass',
          metadata: { name: 'kong' },
          spec: { controller: 'kong' },
        } as KubeObject,
        CLASS,
      ),
    ).toEqual(['spec.controller: expected a domain-prefixed path, e.g. "ingress-controllers.konghq.com/kong"']);
  });
});

describe('references', () => {
  it('name everything that an Ingress needs', () => {
    const object = ingress(
      {
        ingressClassName: 'kong',
        defaultBackend: { service: { name: 'fallback', port: { number: 80 } } },
        rules: [
          {
            http: {
              paths: [
                { path: '/', backend: BACKEND },
                { path: '/b', backend: { resource: { kind: 'Bucket', name: 'b' } } },
              ],
            },
          },
        ],
        tls: [{ hosts: ['shop.test'], secretName: 'tls' }, { hosts: ['other.test'] }],
      },
      { 'konghq.com/plugins': 'auth,ops:limit' },
    );
    expect(INGRESS.references?.(object).map((ref) => `${ref.kind} ${ref.namespace}/${ref.name}`)).toEqual([
      'IngressClass /kong',
      'Service shop/fallback',
      'Service shop/cart',
      'Secret shop/tls',
      'KongPlugin shop/auth',
      'KongClusterPlugin /auth',
      'KongPlugin ops/limit',
    ]);
  });
});
