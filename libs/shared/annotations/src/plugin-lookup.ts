import type { KubeObject } from '@gibbon/contracts/resource';
import type { ControllerSettings, TrackedRead } from '@gibbon/contracts/translator';
import { groupOf, namespaceOf, type KongClusterPlugin, type KongPlugin } from '@gibbon/k8s-types';
import { INVALID_CONFIGURATION } from './draft.ts';
import { belongsToClass } from './ingress-class.ts';
import { objectUnit } from './names.ts';
import { pluginReferences, type PluginReference } from './plugin-references.ts';

/** What a reference to a plugin leads to. */
export type PluginLookup =
  | { readonly found: 'plugin'; readonly plugin: KongPlugin | KongClusterPlugin }
  /** Neither a KongPlugin nor a KongClusterPlugin of this controller's class. */
  | { readonly found: 'nothing' }
  /** In another namespace that grants nothing. */
  | { readonly found: 'no-grant' };

/** What is read of a ReferenceGrant. @see https://gateway-api.sigs.k8s.io/api-types/referencegrant/ */
interface ReferenceGrant extends KubeObject {
  readonly spec?: {
    readonly from?: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[];
    readonly to?: readonly { readonly group: string; readonly kind: string; readonly name?: string }[];
  };
}

/** Finds the plugin that an object names: a KongPlugin of the namespace first, then a KongClusterPlugin. */
export function lookUpPlugin(referrer: KubeObject, reference: PluginReference, settings: ControllerSettings, read: TrackedRead): PluginLookup {
  const { namespace, name, explicit } = reference;
  if (namespace !== namespaceOf(referrer) && !isGranted(referrer, reference, read)) return { found: 'no-grant' };
  const plugin = read.get<KongPlugin>('KongPlugin', namespace, name);
  if (plugin !== null) return { found: 'plugin', plugin };
  const clusterPlugin = explicit ? null : read.get<KongClusterPlugin>('KongClusterPlugin', '', name);
  if (clusterPlugin !== null && belongsToClass(clusterPlugin, settings, read)) return { found: 'plugin', plugin: clusterPlugin };
  return { found: 'nothing' };
}

/**
 * The plugins that an object names and whose own configuration is broken. What depends on one is left out rather than
 * served without it: the plugin may be what protects it.
 */
export function brokenPlugins(object: KubeObject, settings: ControllerSettings, read: TrackedRead): readonly (KongPlugin | KongClusterPlugin)[] {
  const broken: (KongPlugin | KongClusterPlugin)[] = [];
  for (const reference of pluginReferences(object)) {
    const lookup = lookUpPlugin(object, reference, settings, read);
    if (lookup.found !== 'plugin') continue;
    const { kind, metadata } = lookup.plugin;
    const output = read.output(objectUnit(kind, metadata.namespace ?? '', metadata.name));
    if (output?.failures.some(({ reason }) => reason === INVALID_CONFIGURATION) === true) broken.push(lookup.plugin);
  }
  return broken;
}

function isGranted(referrer: KubeObject, { namespace, name }: PluginReference, read: TrackedRead): boolean {
  return read.list<ReferenceGrant>('ReferenceGrant', namespace).some(({ spec }) => {
    const from = spec?.from?.some((source) =>
      source.group === groupOf(referrer.apiVersion) && source.kind === referrer.kind && source.namespace === namespaceOf(referrer));
    const to = spec?.to?.some((target) =>
      target.group === 'configuration.konghq.com' && target.kind === 'KongPlugin' && (target.name === undefined || target.name === name));
    return from === true && to === true;
  });
}
