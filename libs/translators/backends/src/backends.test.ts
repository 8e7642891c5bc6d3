import type { Modules } from '@gibbon/contracts/module';
import type { Translator } from '@gibbon/contracts/translator';
import {
  describeFailure,
  endpointSlice,
  ingress,
  kubeObject,
  makeTranslators,
  service,
  translateAll,
  type TranslationSetup,
} from '@gibbon/testing-contract-kits';
import { describe, expect, it } from 'vitest';
import translatorBackends from './index.ts';

/** Asks for the unit of a Service's port, as an Ingress does. */
const asking: Translator = {
  objects: ['Ingress'],
  derived: [],
  indexes: [],
  translate: (_unit, read) => {
    read.include('service-port:shop/cart/80');
    return { entities: [], failures: [] };
  },
};

function translate(objects: Parameters<typeof translateAll>[1], setup: TranslationSetup = {}): ReturnType<typeof translateAll> {
  return translateAll(
    [...makeTranslators([translatorBackends], setup), asking],
    [ingress('web', { service: 'cart', host: 'a.test' }), ...objects],
  );
}

describe('translator.backends', () => {
  it('keeps endpoints apart from the service', () => {
    const { reads } = translate([service('cart'), endpointSlice('cart', ['10.0.0.1'])]);
    expect(reads.get('service-port:shop/cart/80')).toEqual([
      'get Service:shop/cart',
      'index ingresses.default-backend shop.cart.80',
      'include service-endpoints:shop/cart/80',
    ]);
    expect(reads.get('service-endpoints:shop/cart/80')).toEqual(['get Service:shop/cart', 'index endpoint-slices.service shop/cart']);
  });

  it('configures a Service that does not exist, without targets', () => {
    const { entities, failures } = translate([]);
    expect(entities.map(({ type, entity }) => [type, 'name' in entity && entity.name, entity.tags?.[0]])).toEqual([
      ['upstreams', 'cart.shop.80.svc', 'k8s-name:UNKNOWN'],
      ['services', 'shop.cart.80', 'k8s-name:UNKNOWN'],
    ]);
    expect(failures).toEqual([]);
  });

  describe('with an algorithm of a balancer module', () => {
    const objects = [
      service('cart', { 'konghq.com/upstream-policy': 'p' }),
      kubeObject(
        'configuration.konghq.com/v1beta1',
        'KongUpstreamPolicy',
        { namespace: 'shop', name: 'p' },
        { spec: { algorithm: 'least-connections' } },
      ),
    ];
    const modules = (...names: readonly string[]): Modules =>
      ({ list: () => names.map((name) => ({ id: `balancer.${name}` })) }) as unknown as Modules;
    const algorithm = (setup: TranslationSetup): unknown =>
      translate(objects, setup).entities.find(({ type }) => type === 'upstreams')?.entity;

    it('uses it on Gibbon where the module is there', () => {
      expect(algorithm({ target: { kind: 'gibbon' }, modules: modules('round-robin', 'least-connections') })).toMatchObject({
        algorithm: 'least-connections',
      });
    });

    it('says so where the module is not there', () => {
      const setup: TranslationSetup = { target: { kind: 'gibbon' }, modules: modules('round-robin') };
      expect(algorithm(setup)).toMatchObject({ algorithm: 'round-robin' });
      expect(translate(objects, setup).failures.map(describeFailure)).toEqual([
        'KongUpstreamPolicy shop/p, Service shop/cart spec.algorithm: UnsupportedAlgorithm: least-connections is not supported by this build, so round-robin is used; expected one of round-robin',
      ]);
    });

    it("uses Kong's own for Kong, whatever modules are there", () => {
      expect(algorithm({ modules: modules('round-robin') })).toMatchObject({ algorithm: 'least-connections' });
    });
  });
});
