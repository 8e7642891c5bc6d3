import type { ConfigResult, Modules } from '@gibbon/contracts/module';
import type { KubeObject } from '@gibbon/contracts/resource';
import type { Translator } from '@gibbon/contracts/translator';
import {
  describeFailure,
  ingress,
  kubeObject,
  makeTranslators,
  plugin,
  translateAll,
  type TranslationSetup,
} from '@gibbon/testing-contract-kits';
import { describe, expect, it } from 'vitest';
import translatorPlugins from './index.ts';

const ROUTE_ID = '00000000-0000-4000-8000-000000000001';
const CONSUMER_ID = '00000000-0000-4000-8000-000000000002';

/** Stands for the translators of what plugins are bound to: each Ingress has one route, each KongConsumer is a consumer. */
const bound: Translator = {
  objects: ['Ingress', 'KongConsumer'],
  derived: [],
  indexes: [],
  translate: ({ key, kind, object }, read) => {
    read.include(`plugin-binding:${key}`);
    const owner = { kind, namespace: 'shop', name: object?.metadata.name ?? '' };
    const entity =
      kind === 'Ingress'
        ? { id: ROUTE_ID, name: `shop.${owner.name}`, service: null }
        : { id: CONSUMER_ID, username: owner.name, custom_id: null };
    return { entities: [{ type: kind === 'Ingress' ? 'routes' : 'consumers', entity, owner } as never], failures: [] };
  },
};

function translate(
  objects: readonly KubeObject[],
  setup: TranslationSetup = {},
): { readonly plugins: readonly unknown[]; readonly failures: readonly string[] } {
  const { entities, failures } = translateAll([...makeTranslators([translatorPlugins], setup), bound], objects);
  return {
    plugins: entities.filter(({ type }) => type === 'plugins').map(({ entity }) => entity),
    failures: failures.map(describeFailure),
  };
}

const web = ingress('web', { service: 'cart', host: 'a.test', plugins: 'one' });
const consumer = (plugins: string): KubeObject =>
  kubeObject(
    'configuration.konghq.com/v1',
    'KongConsumer',
    {
      namespace: 'shop',
      name: 'bob',
      annotations: { 'kubernetes.io/ingress.class': 'kong', 'konghq.com/plugins': plugins },
    },
    { username: 'bob' },
  );

/** A process that has the plugin `correlation-id`, whose configuration is a `header_name` in lower case. */
const MODULES = {
  find: (kind: string, name: string) =>
    kind === 'plugin' && name === 'correlation-id' ? { id: 'plugin.correlation-id', traits: { protocols: ['http', 'https'] } } : null,
  validate: (_definition: unknown, raw: { readonly header_name?: string }): ConfigResult => {
    const { header_name: name = 'x-default', ...unknown } = raw;
    if (Object.keys(unknown).length > 0) return { ok: false, problems: [{ path: Object.keys(unknown).join(), message: 'unknown field' }] };
    return name === name.toLowerCase()
      ? { ok: true, config: { header_name: name } }
      : { ok: false, problems: [{ path: 'header_name', message: 'expected lower case' }] };
  },
} as unknown as Modules;

describe('configuration', () => {
  it("is completed by the plugin's module", () => {
    const { plugins } = translate([web, plugin('one', { config: {} })], { modules: MODULES });
    expect(plugins).toMatchObject([{ name: 'correlation-id', config: { header_name: 'x-default' }, route: { id: ROUTE_ID } }]);
  });

  it('is refused by it, where the object has it, once however many objects name the plugin', () => {
    const others = ['b', 'c'].map((name) => ingress(name, { service: 'cart', host: 'b.test', plugins: 'one' }));
    expect(translate([web, ...others, plugin('one', { config: { header_name: 'UP' } })], { modules: MODULES })).toEqual({
      plugins: [],
      failures: [
        'KongPlugin shop/one config.header_name: InvalidConfiguration: plugin correlation-id, config.header_name: expected lower case',
      ],
    });
  });

  it("of a plugin that only Kong has is Kong's to check; Gibbon refuses the plugin", () => {
    const objects = [web, plugin('one', { plugin: 'openid-connect', config: { any: 1 } })];
    expect(translate(objects, { modules: MODULES })).toMatchObject({
      plugins: [{ name: 'openid-connect', config: { any: 1 } }],
      failures: [],
    });
    expect(translate(objects, { modules: MODULES, target: { kind: 'gibbon' } }).failures).toEqual([
      expect.stringMatching(/^KongPlugin shop\/one plugin: InvalidConfiguration: /),
    ]);
  });

  it("that is refused reaches Gibbon's proxy as it is, which then keeps the last good one", () => {
    const setup = { modules: MODULES, target: { kind: 'gibbon' } } as const;
    const refused = translate([web, plugin('one', { config: { header_name: 'UP' } })], setup);
    expect(refused).toMatchObject({
      plugins: [{ config: { header_name: 'UP' }, route: { id: ROUTE_ID } }],
      failures: [expect.stringContaining('expected lower case')],
    });
    const unresolved = translate(
      [web, plugin('one', { config: undefined, configFrom: { secretKeyRef: { name: 'nowhere', key: 'x' } } })],
      setup,
    );
    expect(unresolved).toMatchObject({
      plugins: [{ config: { $unresolved: true } }],
      failures: [expect.stringContaining('Secret shop/nowhere does not exist')],
    });
  });
});

describe('binding', () => {
  it('to a consumer alone gives way to pairs as soon as an Ingress names the plugin too', () => {
    expect(translate([consumer('one'), plugin('one')]).plugins).toMatchObject([{ consumer: { id: CONSUMER_ID }, route: null }]);
    expect(translate([consumer('one'), web, plugin('one')]).plugins).toMatchObject([
      { consumer: { id: CONSUMER_ID }, route: { id: ROUTE_ID } },
    ]);
  });

  it('does not mix up plugins of one name in different namespaces', () => {
    const clusterWide = kubeObject(
      'configuration.konghq.com/v1',
      'KongClusterPlugin',
      { name: 'one', annotations: { 'kubernetes.io/ingress.class': 'kong' } },
      { plugin: 'cors' },
    );
    const { plugins } = translate([
      consumer('one'),
      { ...web, metadata: { ...web.metadata, namespace: 'ops' } },
      plugin('one'),
      clusterWide,
    ]);
    expect(plugins).toMatchObject([
      { name: 'cors', consumer: null, route: { id: ROUTE_ID } },
      { name: 'correlation-id', consumer: { id: CONSUMER_ID }, route: null },
    ]);
  });

  it('reaches another namespace with a grant', () => {
    const grant = (name: string): KubeObject =>
      kubeObject(
        'gateway.networking.k8s.io/v1beta1',
        'ReferenceGrant',
        { namespace: 'ops', name: 'g' },
        {
          spec: {
            from: [{ group: 'networking.k8s.io', kind: 'Ingress', namespace: 'shop' }],
            to: [{ group: 'configuration.konghq.com', kind: 'KongPlugin', name }],
          },
        },
      );
    const referrer = ingress('web', { service: 'cart', host: 'a.test', plugins: 'ops:one' });
    const remote = plugin('one', {}, 'ops');
    expect(translate([referrer, remote, grant('one')])).toMatchObject({ plugins: [{ route: { id: ROUTE_ID } }], failures: [] });
    expect(translate([referrer, remote, grant('two')])).toMatchObject({
      plugins: [],
      failures: [expect.stringContaining('RefNotPermitted')],
    });
    expect(translate([referrer, remote])).toMatchObject({ plugins: [], failures: [expect.stringContaining('RefNotPermitted')] });
  });
});

describe('plugins that name services by their ids', () => {
  const OTHER = '00000000-0000-4000-8000-000000000009';
  const mirroring = {
    find: () => ({
      id: 'plugin.copy',
      config: { type: 'object', properties: { to: { type: 'string', 'x-foreign': 'services' } } },
      traits: { protocols: ['http'] },
    }),
    validate: (_definition: unknown, config: object): ConfigResult => ({ ok: true, config }),
  } as unknown as Modules;

  it('are refused of who may write to a namespace alone, as the services may be those of others', () => {
    const { plugins, failures } = translate([web, plugin('one', { plugin: 'copy', config: { to: OTHER } })], { modules: mirroring });
    expect(JSON.stringify(plugins)).not.toContain(OTHER);
    expect(failures).toEqual([expect.stringContaining('names services by their ids, which may be those of other namespaces')]);
  });

  it('are taken where they name none', () => {
    const { plugins, failures } = translate([web, plugin('one', { plugin: 'copy', config: {} })], { modules: mirroring });
    expect([plugins.length, failures]).toEqual([1, []]);
  });
});
