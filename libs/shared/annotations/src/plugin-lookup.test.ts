import type { KubeObject } from '@gibbon/contracts/resource';
import type { TrackedRead, TranslationOutput } from '@gibbon/contracts/translator';
import { describe, expect, it } from 'vitest';
import { INVALID_CONFIGURATION } from './draft.ts';
import { brokenPlugins, lookUpPlugin, type PluginLookup } from './plugin-lookup.ts';
import { pluginReferences } from './plugin-references.ts';

const SETTINGS = { ingressClass: 'kong', ingressClassController: 'x/y', clusterDomain: '', drainSupport: false };

type Fields = Readonly<Record<string, unknown>>;

function object(kind: string, place: string, { annotations = {}, ...fields }: Fields = {}): KubeObject {
  const [namespace, name] = place.split('/');
  return { apiVersion: 'networking.k8s.io/v1', kind, metadata: { namespace, name, annotations }, ...fields } as KubeObject;
}

function reading(objects: readonly KubeObject[], outputs: Readonly<Record<string, TranslationOutput>> = {}): TrackedRead {
  return {
    get: (kind: string, namespace: string, name: string) =>
      objects.find(
        (candidate) => candidate.kind === kind && candidate.metadata.namespace === namespace && candidate.metadata.name === name,
      ) ?? null,
    list: (kind: string, namespace: string) =>
      objects.filter((candidate) => candidate.kind === kind && candidate.metadata.namespace === namespace),
    output: (unit: string) => outputs[unit] ?? null,
  } as unknown as TrackedRead;
}

function lookUp(text: string, ...objects: readonly KubeObject[]): string {
  const referrer = object('Ingress', 'shop/web', { annotations: { 'konghq.com/plugins': text } });
  const [reference] = pluginReferences(referrer);
  if (reference === undefined) throw new Error('no reference');
  const lookup: PluginLookup = lookUpPlugin(referrer, reference, SETTINGS, reading(objects));
  return lookup.found === 'plugin'
    ? `${lookup.plugin.kind} ${lookup.plugin.metadata.namespace ?? ''}/${lookup.plugin.metadata.name}`
    : lookup.found;
}

const local = object('KongPlugin', 'shop/auth');
const remote = object('KongPlugin', 'ops/auth');
const cluster = object('KongClusterPlugin', '/auth', { annotations: { 'kubernetes.io/ingress.class': 'kong' } });
const foreignCluster = object('KongClusterPlugin', '/auth', { annotations: { 'kubernetes.io/ingress.class': 'nginx' } });
const grant = (from: object, to: object): KubeObject => object('ReferenceGrant', 'ops/g', { spec: { from: [from], to: [to] } });
const INGRESS = { group: 'networking.k8s.io', kind: 'Ingress', namespace: 'shop' };
const PLUGIN = { group: 'configuration.konghq.com', kind: 'KongPlugin' };

describe('lookUpPlugin', () => {
  it.each([
    ['the namespace before the cluster', 'auth', [local, cluster], 'KongPlugin shop/auth'],
    ['the cluster', 'auth', [remote, cluster], 'KongClusterPlugin /auth'],
    ['no cluster plugin of another class', 'auth', [foreignCluster], 'nothing'],
    ['no cluster plugin for an explicit namespace', 'shop:auth', [cluster], 'nothing'],
    ['its own namespace without a grant', 'shop:auth', [local], 'KongPlugin shop/auth'],
    ['another namespace with a grant', 'ops:auth', [remote, grant(INGRESS, PLUGIN)], 'KongPlugin ops/auth'],
    [
      'another namespace with a grant for the name',
      'ops:auth',
      [remote, grant(INGRESS, { ...PLUGIN, name: 'auth' })],
      'KongPlugin ops/auth',
    ],
    ['nothing for another name', 'ops:auth', [remote, grant(INGRESS, { ...PLUGIN, name: 'other' })], 'no-grant'],
    ['nothing for another kind of referrer', 'ops:auth', [remote, grant({ ...INGRESS, kind: 'HTTPRoute' }, PLUGIN)], 'no-grant'],
    ['nothing for another namespace of the referrer', 'ops:auth', [remote, grant({ ...INGRESS, namespace: 'x' }, PLUGIN)], 'no-grant'],
    ['nothing without a grant', 'ops:auth', [remote], 'no-grant'],
  ])('finds %s', (_name, text, objects, found) => {
    expect(lookUp(text, ...objects)).toBe(found);
  });
});

describe('brokenPlugins', () => {
  const failure = (reason: string): TranslationOutput => ({ entities: [], failures: [{ refs: [], field: '', reason, message: '' }] });
  const referrer = object('Ingress', 'shop/web', { annotations: { 'konghq.com/plugins': 'auth,missing' } });

  const KONG = { settings: SETTINGS, target: { kind: 'kong', version: '3.9', routerFlavor: 'traditional_compatible' } } as const;
  const broken = (output: TranslationOutput, target: 'kong' | 'gibbon' = 'kong'): readonly string[] =>
    brokenPlugins(
      referrer,
      { ...KONG, target: { ...KONG.target, kind: target } },
      reading([local], { 'KongPlugin:shop/auth': output }),
    ).map(({ name }) => name);

  it('are those whose unit says that their configuration is wrong', () => {
    expect(broken(failure(INVALID_CONFIGURATION))).toEqual(['auth']);
    expect(broken(failure('UnsupportedField'))).toEqual([]);
    expect(broken({ entities: [], failures: [] })).toEqual([]);
    expect(brokenPlugins(referrer, KONG, reading([local]))).toEqual([]);
  });

  it('are of no concern where the proxy keeps the last good form', () => {
    expect(broken(failure(INVALID_CONFIGURATION), 'gibbon')).toEqual([]);
  });
});
