import type { KubeObject } from '@gibbon/contracts/resource';
import type { ControllerSettings, TrackedRead } from '@gibbon/contracts/translator';
import { describe, expect, it } from 'vitest';
import { headerMatches } from './headers.ts';
import { belongsToClass, classMatch } from './ingress-class.ts';
import { credentialType, isCaCertificate, isGlobalPlugin } from './labels.ts';
import { kongRouteName, kongServiceName, kongUpstreamName, parseServicePort, portText, servicePortUnit } from './names.ts';
import { pluginReferences } from './plugin-references.ts';
import { objectTags } from './tags.ts';

const SETTINGS: ControllerSettings = {
  ingressClass: 'kong',
  ingressClassController: 'ingress-controllers.konghq.com/kong',
  clusterDomain: '',
  drainSupport: false,
};

function ingress(annotations: Readonly<Record<string, string>>, spec?: unknown): KubeObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace: 'shop', name: 'web', annotations },
    spec,
  } as KubeObject;
}

describe('classMatch', () => {
  it('lets a non-empty annotation decide alone', () => {
    expect(classMatch(ingress({ 'kubernetes.io/ingress.class': 'kong' }, { ingressClassName: 'nginx' }), SETTINGS)).toBe('ours');
    expect(classMatch(ingress({ 'kubernetes.io/ingress.class': 'nginx' }, { ingressClassName: 'kong' }), SETTINGS)).toBe('foreign');
    expect(classMatch(ingress({ 'kubernetes.io/ingress.class': '' }, { ingressClassName: 'kong' }), SETTINGS)).toBe('ours');
  });

  it('reads ingressClassName of Ingresses only', () => {
    expect(classMatch(ingress({}, { ingressClassName: 'nginx' }), SETTINGS)).toBe('foreign');
    expect(classMatch({ ...ingress({}, { ingressClassName: 'nginx' }), kind: 'KongConsumer' }, SETTINGS)).toBe('default');
  });
});

describe('belongsToClass', () => {
  const ingressClass = (controller: string, isDefault: string): KubeObject =>
    ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'kong', annotations: { 'ingressclass.kubernetes.io/is-default-class': isDefault } },
      spec: { controller },
    }) as KubeObject;
  const reading = (object: KubeObject | null): TrackedRead =>
    ({
      get: (kind: string, namespace: string, name: string) => (`${kind}/${namespace}/${name}` === 'IngressClass//kong' ? object : null),
    }) as unknown as TrackedRead;

  it.each([
    ['the default class of our controller', ingressClass(SETTINGS.ingressClassController, 'true'), true],
    ['a class that is not the default', ingressClass(SETTINGS.ingressClassController, 'false'), false],
    ['the default class of another controller', ingressClass('example.com/other', 'true'), false],
    ['no class', null, false],
  ])('takes an object without class by %s', (_name, object, taken) => {
    expect(belongsToClass(ingress({}), SETTINGS, reading(object))).toBe(taken);
  });

  it('does not look at the IngressClass when the object names one', () => {
    expect(belongsToClass(ingress({}, { ingressClassName: 'kong' }), SETTINGS, reading(null))).toBe(true);
  });
});

describe('pluginReferences', () => {
  it('splits, trims and drops repetitions', () => {
    expect(pluginReferences(ingress({ 'konghq.com/plugins': 'auth, ops:limit ,auth,' }))).toEqual([
      { text: 'auth', namespace: 'shop', name: 'auth', explicit: false },
      { text: 'ops:limit', namespace: 'ops', name: 'limit', explicit: true },
    ]);
    expect(pluginReferences(ingress({}))).toEqual([]);
  });
});

describe('headerMatches', () => {
  it('collects headers in order of name, split by the separator', () => {
    expect(
      headerMatches(
        ingress({ 'konghq.com/headers.x-b': 'one;~*^t', 'konghq.com/headers.X-A': 'v,w', 'konghq.com/headers-separator': ';' }),
      ),
    ).toEqual({
      headers: { 'X-A': ['v,w'], 'x-b': ['one', '~*^t'] },
      failures: [],
    });
  });

  it('refuses what Kong cannot match', () => {
    const { headers, failures } = headerMatches(
      ingress({
        'konghq.com/headers.host': 'a.com',
        'konghq.com/headers.x y': '1',
        'konghq.com/headers.x-empty': ' , ',
        'konghq.com/headers.x-good': '1',
      }),
    );
    expect(headers).toEqual({ 'x-good': ['1'] });
    expect(failures.map((failure) => failure.field)).toEqual([
      'metadata.annotations.konghq.com/headers.host',
      'metadata.annotations.konghq.com/headers.x y',
      'metadata.annotations.konghq.com/headers.x-empty',
    ]);
  });
});

describe('objectTags', () => {
  it('leads back to the object and appends its own tags', () => {
    const object = ingress({ 'konghq.com/tags': 'team-a, blue' });
    expect(objectTags({ ...object, metadata: { ...object.metadata, uid: 'u-1' } })).toEqual([
      'k8s-name:web',
      'k8s-namespace:shop',
      'k8s-kind:Ingress',
      'k8s-uid:u-1',
      'k8s-group:networking.k8s.io',
      'k8s-version:v1',
      'team-a',
      'blue',
    ]);
  });

  it('leaves out what an object does not have', () => {
    expect(objectTags({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })).toEqual([
      'k8s-name:shop',
      'k8s-kind:Namespace',
      'k8s-version:v1',
    ]);
  });
});

describe('names', () => {
  it("are the reference controller's", () => {
    const ref = { namespace: 'shop', service: 'cart', port: 'http' };
    expect(kongServiceName(ref)).toBe('shop.cart.http');
    expect(kongUpstreamName(ref)).toBe('cart.shop.http.svc');
    expect(kongRouteName('web', 'shop.test', ref)).toBe('shop.web.cart.shop.test.http');
    expect(kongRouteName('web', '', ref)).toBe('shop.web.cart..http');
    expect(kongRouteName('web', '*.shop.test', ref)).toBe('shop.web.cart._.shop.test.http');
  });

  it('write a port as it is given', () => {
    expect([portText({ number: 80 }), portText({ name: 'http' }), portText({}), portText(undefined)]).toEqual([
      '80',
      'http',
      'implicitPort',
      'implicitPort',
    ]);
  });

  it('survive the way through a unit key', () => {
    const ref = { namespace: 'shop', service: 'cart', port: '80' };
    const key = servicePortUnit('service-port', ref);
    expect(key).toBe('service-port:shop/cart/80');
    expect(parseServicePort(key.slice(key.indexOf(':') + 1))).toEqual(ref);
  });
});

describe('labels', () => {
  const labelled = (labels: Readonly<Record<string, string>>): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'x', labels },
  });
  it('tell what an object is for', () => {
    expect(credentialType(labelled({ 'konghq.com/credential': 'key-auth' }))).toBe('key-auth');
    expect(credentialType(labelled({}))).toBeNull();
    expect([
      isCaCertificate(labelled({ 'konghq.com/ca-cert': 'true' })),
      isCaCertificate(labelled({ 'konghq.com/ca-cert': 'yes' })),
    ]).toEqual([true, false]);
    expect([isGlobalPlugin(labelled({ global: 'true' })), isGlobalPlugin(labelled({}))]).toEqual([true, false]);
  });
});
