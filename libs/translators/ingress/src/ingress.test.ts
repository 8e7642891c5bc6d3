import type { Translator } from '@gibbon/contracts/translator';
import { describeFailure, ingress, makeTranslators, service, translateAll } from '@gibbon/testing-contract-kits';
import { describe, expect, it } from 'vitest';
import translatorIngress from './index.ts';
import { planRoutes } from './route-plan.ts';

/** Stands for the Kong services that another translator makes; that of Service `broken` does not exist. */
const services: Translator = {
  objects: [],
  derived: ['service-port'],
  indexes: [],
  translate: ({ id }) => ({
    entities: id.includes('/broken/')
      ? []
      : [{ type: 'services', entity: { id: `id of ${id}` } as never, owner: { kind: 'Service', namespace: '', name: '' } }],
    failures: [],
  }),
};

const translators = [...makeTranslators([translatorIngress]), services];

describe('translator.ingress', () => {
  it('reads what the routes depend on and no more', () => {
    const { reads } = translateAll(translators, [
      ingress('web', { service: 'cart', host: 'shop.test', tlsSecret: 'tls', plugins: 'auth' }),
      service('cart'),
    ]);
    expect(reads.get('Ingress:shop/web')).toEqual([
      'include sni:shop.test',
      'output KongPlugin:shop/auth',
      'output KongClusterPlugin:/auth',
      'get Service:shop/cart',
      'output service-port:shop/cart/80',
      'include plugin-binding:Ingress:shop/web',
    ]);
  });

  it('leaves out routes to a service that could not be configured', () => {
    const { entities, failures } = translateAll(translators, [ingress('web', { service: 'broken', host: 'shop.test' }), service('broken')]);
    expect(entities.filter(({ type }) => type === 'routes')).toEqual([]);
    expect(failures.map(describeFailure)).toEqual([
      'Ingress shop/web, Service shop/broken spec.rules.1.http.paths.1.backend: BrokenBackend: Service shop/broken could not be configured, so its paths are left out; what is wrong is reported on the Service',
    ]);
  });

  it('asks for the class alone when an Ingress names none', () => {
    const { reads, entities } = translateAll(translators, [
      ingress('web', { service: 'cart', host: 'shop.test', ingressClass: undefined }),
    ]);
    expect(reads.get('Ingress:shop/web')).toEqual(['get IngressClass:/kong']);
    expect(entities).toEqual([]);
  });
});

describe('planRoutes', () => {
  it('joins paths by host, Service and port across rules', () => {
    const backend = (name: string, port: object): object => ({ service: { name, port } });
    const object = {
      ...ingress('web', { service: 'cart', host: 'a.test' }),
      spec: {
        rules: [
          {
            host: 'a.test',
            http: {
              paths: [
                { path: '//x//y', backend: backend('cart', { number: 80 }) },
                { path: '/p', pathType: 'Prefix', backend: backend('cart', { name: 'http' }) },
              ],
            },
          },
          {
            host: 'a.test',
            http: { paths: [{ backend: backend('cart', { number: 80 }) }, { backend: { resource: { kind: 'Bucket', name: 'b' } } }] },
          },
          { host: 'b.test' },
        ],
      },
    };
    expect(planRoutes(object as never)).toEqual({
      routes: [
        {
          name: 'shop.web.cart.a.test.80',
          host: 'a.test',
          hostAt: 'spec.rules.1.host',
          backend: { namespace: 'shop', service: 'cart', port: '80' },
          paths: [
            { path: '/x/y', type: 'ImplementationSpecific', at: 'spec.rules.1.http.paths.1' },
            { path: '/', type: 'ImplementationSpecific', at: 'spec.rules.2.http.paths.1' },
          ],
        },
        {
          name: 'shop.web.cart.a.test.http',
          host: 'a.test',
          hostAt: 'spec.rules.1.host',
          backend: { namespace: 'shop', service: 'cart', port: 'http' },
          paths: [{ path: '/p', type: 'Prefix', at: 'spec.rules.1.http.paths.2' }],
        },
      ],
      foreign: [{ at: 'spec.rules.2.http.paths.2.backend', kind: 'Bucket' }],
    });
  });
});
