import type { Configuration } from '@gibbon/contracts/entities';
import type { KubeObject } from '@gibbon/contracts/resource';
import type { ObjectChange } from '@gibbon/contracts/source';
import type { EntityDraft } from '@gibbon/contracts/translator';
import { Translation, type PluginReferences } from '@gibbon/controlplane-engine';
import {
  describeFailure,
  draftsByPlane,
  endpointSlice,
  kubeObject,
  makeResourceKinds,
  makeTranslators,
  plugin,
  service,
  translateAll,
} from '@gibbon/testing-contract-kits';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { controllerStandard } from './index.ts';

const SETUP = {
  settings: { managedGateways: true, publishStatusAddresses: ['192.0.2.9'], gatewayPorts: [{ port: 80, protocol: 'HTTP' as const }] },
  target: { kind: 'gibbon' as const, routerFlavor: 'expressions' as const },
};
const kinds = makeResourceKinds(
  controllerStandard.filter((module) => module.kind === 'resource'),
  SETUP,
);
const translators = makeTranslators(
  controllerStandard.filter((module) => module.kind === 'translator'),
  SETUP,
);
const TIMEOUT_MS = 60_000;
const GATEWAY_API = 'gateway.networking.k8s.io/v1';
const UIDS: Readonly<Record<string, string>> = { a: '00000000-0000-4000-8000-00000000000a', b: '00000000-0000-4000-8000-00000000000b' };

const names = fc.constantFrom('a', 'b');
const classNames = fc.constantFrom('managed', 'shared');

const classes = fc
  .record({ name: classNames, unmanaged: fc.boolean() })
  .map(({ name, unmanaged }) =>
    kubeObject(
      GATEWAY_API,
      'GatewayClass',
      { name, annotations: unmanaged ? { 'konghq.com/gatewayclass-unmanaged': 'true' } : {} },
      { spec: { controllerName: 'gibbon.dev/gateway-controller' } },
    ),
  );

const listeners = fc.constantFrom(
  { name: 'web', port: 80, protocol: 'HTTP' },
  { name: 'shop', port: 80, protocol: 'HTTP', hostname: 'shop.test' },
  { name: 'other', port: 8_080, protocol: 'HTTP', hostname: '*.test' },
  { name: 'twin', port: 8_080, protocol: 'HTTP', hostname: '*.test' },
  { name: 'taken', port: 8_444, protocol: 'HTTP' },
);

const gateways = fc
  .record({
    name: names,
    className: classNames,
    chosen: fc.uniqueArray(listeners, { minLength: 1, maxLength: 4, selector: ({ name }) => name }),
    address: fc.constantFrom(undefined, '192.0.2.1', '192.0.2.9'),
    uid: fc.constantFrom('a', 'b'),
  })
  .map(({ name, className, chosen, address, uid }) =>
    kubeObject(
      GATEWAY_API,
      'Gateway',
      { namespace: 'shop', name, generation: 1, uid: `${UIDS[name]}${uid}` },
      {
        spec: {
          gatewayClassName: className,
          listeners: chosen,
          ...(address !== undefined && { addresses: [{ type: 'IPAddress', value: address }] }),
        },
      },
    ),
  );

const routes = fc
  .record({
    name: names,
    parents: fc.uniqueArray(fc.constantFrom({ name: 'a' }, { name: 'b' }, { name: 'a', sectionName: 'shop' }, { name: 'b', port: 8_080 }), {
      maxLength: 3,
      selector: (parent) => JSON.stringify(parent),
    }),
    hostname: fc.constantFrom(undefined, 'shop.test', '*.test'),
    backends: fc.subarray(['a', 'b', 'nowhere']),
    plugins: fc.constantFrom('', 'a', 'nowhere'),
    filters: fc.subarray([
      { type: 'RequestMirror', requestMirror: { backendRef: { name: 'a', port: 80 } } },
      { type: 'ExtensionRef', extensionRef: { group: 'configuration.konghq.com', kind: 'KongPlugin', name: 'b' } },
    ]),
  })
  .map(({ name, parents, hostname, backends, plugins, filters }) => {
    return kubeObject(
      GATEWAY_API,
      'HTTPRoute',
      { namespace: 'shop', name, generation: 1, annotations: { 'konghq.com/plugins': plugins } },
      {
        spec: {
          parentRefs: parents,
          ...(hostname !== undefined && { hostnames: [hostname] }),
          rules: [{ filters, backendRefs: backends.map((backend) => ({ name: backend, port: 80 })) }],
        },
      },
    );
  });

const proxies = fc
  .record({ gateway: names, className: classNames, ip: fc.constantFrom(undefined, '192.0.2.1') })
  .map(({ gateway, className, ip }) =>
    kubeObject(
      'v1',
      'Service',
      { namespace: 'shop', name: `${gateway}-${className}` },
      {
        spec: { type: 'LoadBalancer', ports: [{ name: 'http-80', port: 80 }] },
        ...(ip !== undefined && { status: { loadBalancer: { ingress: [{ ip }] } } }),
      },
    ),
  );

const anyObject: fc.Arbitrary<KubeObject> = fc.oneof(
  { weight: 3, arbitrary: gateways },
  { weight: 4, arbitrary: routes },
  { weight: 2, arbitrary: classes },
  { weight: 2, arbitrary: proxies },
  fc
    .record({ name: names, plugins: fc.constantFrom('', 'a') })
    .map(({ name, plugins }) => service(name, { 'konghq.com/plugins': plugins })),
  fc
    .record({ of: fc.constantFrom('a', 'a-managed', 'b-managed'), addresses: fc.subarray(['10.0.0.1']) })
    .map(({ of, addresses }) => endpointSlice(of, addresses)),
  names.map((name) => plugin(name)),
  fc.constantFrom('', 'a', 'b', 'a,b').map((plugins) => consumer(plugins)),
);

function consumer(plugins: string): KubeObject {
  const annotations = { 'kubernetes.io/ingress.class': 'kong', 'konghq.com/plugins': plugins };
  return kubeObject('configuration.konghq.com/v1', 'KongConsumer', { namespace: 'shop', name: 'bob', annotations }, { username: 'bob' });
}

function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

function change(object: KubeObject, remove: boolean): ObjectChange {
  const { kind, metadata } = object;
  if (remove) return { type: 'delete', ref: { kind, namespace: metadata.namespace ?? '', name: metadata.name } };
  return { type: 'upsert', object: kinds.get(kind)?.normalise?.(object) ?? object };
}

const edits = fc.array(fc.array(fc.record({ object: anyObject, remove: fc.boolean() }), { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 25,
  size: 'max',
});

/** Services that configurations of the plugins of routes name, as their schemas tell in a process that has them. */
const pluginReferences: PluginReferences = ({ config }) =>
  ['backends', 'mirrors']
    .flatMap((list) => (config[list] ?? []) as readonly { readonly service?: string }[])
    .flatMap(({ service: id }) => (id === undefined ? [] : [{ type: 'services', id }]));

/** A translation, and the configuration of each plane as its changes told. */
class Follower {
  readonly #translation = new Translation({ translators, lastGood: false, pluginReferences });
  readonly planes = new Map<string, Configuration>();

  apply(changes: readonly ObjectChange[]): void {
    const { change: told } = this.#translation.apply(changes);
    if (told === null) return;
    this.planes.set('', told.full());
    for (const [plane, ofPlane] of told.planes ?? []) {
      if (ofPlane === null) this.planes.delete(plane);
      else this.planes.set(plane, ofPlane.full());
    }
  }

  /** What it has arrived at, in an order of its own. */
  state(): unknown {
    return stateOf(this.#translation, Object.fromEntries(this.planes));
  }
}

function isOfConsumer({ route, service }: { readonly route?: unknown; readonly service?: unknown }): boolean {
  return route === null && service === null;
}

function idsOf(drafts: readonly EntityDraft[]): readonly string[] {
  return [...new Set(drafts.map(({ entity }) => entity.id))].sort();
}

function stateOf(translation: Translation, configuration: unknown): unknown {
  const statuses = Object.fromEntries(
    translation.statuses().map(({ ref, status }) => [`${ref.kind} ${ref.namespace}/${ref.name}`, status]),
  );
  return { configuration, statuses, failures: translation.failures().map(describeFailure).sort() };
}

describe('managed Gateways', () => {
  it(
    'are translated step by step to what they are from scratch',
    () => {
      fc.assert(
        fc.property(edits, (batches) => {
          const live = new Map<string, ObjectChange>();
          const incremental = new Follower();
          for (const batch of batches) {
            incremental.apply(
              batch.map(({ object, remove }) => {
                const next = change(object, remove);
                if (remove) live.delete(keyOf(object));
                else live.set(keyOf(object), next);
                return next;
              }),
            );
          }
          const fresh = new Follower();
          fresh.apply([...live.values()]);
          expect(incremental.state()).toEqual(fresh.state());
        }),
        { numRuns: 200 },
      );
    },
    TIMEOUT_MS,
  );

  it(
    'have in their planes what belongs there and all that it leads to, and everybody has all consumers',
    () => {
      fc.assert(
        fc.property(fc.array(anyObject, { maxLength: 40, size: 'max' }), (objects) => {
          const live = new Map(objects.map((object) => [keyOf(object), change(object, false)]));
          const follower = new Follower();
          follower.apply([...live.values()]);
          const { entities, outputs } = translateAll(
            translators,
            [...live.values()].flatMap((each) => (each.type === 'upsert' ? [each.object] : [])),
          );
          const everywhere = entities.filter(({ type, entity }) => type === 'consumers' || (type === 'plugins' && isOfConsumer(entity)));
          // Some planes exist that nothing belongs to.
          const empty = [...outputs.values()].flatMap(({ planes = [] }) => planes).map((plane) => [plane, []] as const);
          const divided = new Map([...empty, ...draftsByPlane(entities)]);
          const expected = [...divided].map(([plane, drafts]) => [plane, idsOf([...drafts, ...everywhere])]);
          const actual = [...follower.planes].map(([plane, configuration]) => [
            plane,
            Object.values(configuration)
              .flatMap((list) => list.map(({ id }) => id))
              .sort(),
          ]);
          expect(Object.fromEntries(actual)).toEqual(Object.fromEntries(expected));
        }),
        { numRuns: 200 },
      );
    },
    TIMEOUT_MS,
  );

  it(
    'keep their planes apart: a route, a name and a socket belong to one, under an id of its own',
    () => {
      fc.assert(
        fc.property(fc.array(anyObject, { maxLength: 40, size: 'max' }), (objects) => {
          const live = new Map(objects.map((object) => [keyOf(object), kinds.get(object.kind)?.normalise?.(object) ?? object]));
          const { entities } = translateAll(translators, live.values());
          const managed = new Set([...live.values()].flatMap(({ kind, metadata }) => (kind === 'Gateway' ? [metadata.uid] : [])));
          const planeOf = new Map<string, string>();
          for (const { entity, plane = '' } of entities.filter(({ type }) => ['routes', 'snis', 'listeners'].includes(type))) {
            expect(planeOf.get(entity.id) ?? plane).toBe(plane);
            planeOf.set(entity.id, plane);
            if (plane !== '') expect(managed).toContain(plane);
          }
          for (const [plane, drafts] of draftsByPlane(entities)) {
            for (const { type, plane: own = '' } of drafts) if (type === 'routes' || type === 'listeners') expect(own).toBe(plane);
            if (plane === '') expect(drafts.filter(({ type }) => type === 'listeners')).toEqual([]);
          }
        }),
        { numRuns: 100 },
      );
    },
    TIMEOUT_MS,
  );
});
