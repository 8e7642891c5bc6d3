import type { KubeObject, ObjectRef } from '@gibbon/contracts/resource';
import type { ControllerSettings, TargetProfile, TrackedRead } from '@gibbon/contracts/translator';
import { groupOf, namespaceOf, refOf, type KongClusterPlugin, type KongPlugin } from '@gibbon/k8s-types';
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
export function lookUpPlugin(
  referrer: KubeObject,
  reference: PluginReference,
  settings: ControllerSettings,
  read: TrackedRead,
): PluginLookup {
  const { namespace, name, explicit } = reference;
  if (namespace !== namespaceOf(referrer) && !isGranted(referrer, reference, read)) return { found: 'no-grant' };
  const plugin = read.get<KongPlugin>('KongPlugin', namespace, name);
  if (plugin !== null) return { found: 'plugin', plugin };
  const clusterPlugin = explicit ? null : read.get<KongClusterPlugin>('KongClusterPlugin', '', name);
  if (clusterPlugin !== null && belongsToClass(clusterPlugin, settings, read)) return { found: 'plugin', plugin: clusterPlugin };
  return { found: 'nothing' };
}

/** What {@link brokenPlugins} needs to know of the controller. */
export interface BrokenPluginContext {
  readonly settings: ControllerSettings;
  readonly target: TargetProfile;
}

/**
 * The plugins that an object names and whose own configuration is broken. For Kong, what depends on one is left out rather
 * than served without it, as the plugin may be what protects it: Kong would refuse the whole document otherwise.
 * Gibbon's proxy keeps the last good form of a plugin that it refuses, so that there nothing is left out.
 */
export function brokenPlugins(object: KubeObject, { settings, target }: BrokenPluginContext, read: TrackedRead): readonly ObjectRef[] {
  if (target.kind === 'gibbon') return [];
  return pluginReferences(object).flatMap((reference) => {
    const { namespace, name, explicit } = reference;
    // Outputs and not objects are read: a plugin that stays sound may change without a look at all that name it.
    const own = read.output(objectUnit('KongPlugin', namespace, name));
    const output = own === null && !explicit ? read.output(objectUnit('KongClusterPlugin', '', name)) : own;
    if (output?.failures.some(({ reason }) => reason === INVALID_CONFIGURATION) !== true) return [];
    const lookup = lookUpPlugin(object, reference, settings, read);
    return lookup.found === 'plugin' ? [refOf(lookup.plugin)] : [];
  });
}

function isGranted(referrer: KubeObject, { namespace, name }: PluginReference, read: TrackedRead): boolean {
  return read.list<ReferenceGrant>('ReferenceGrant', namespace).some(({ spec }) => {
    const from = spec?.from?.some(
      (source) =>
        source.group === groupOf(referrer.apiVersion) && source.kind === referrer.kind && source.namespace === namespaceOf(referrer),
    );
    const to = spec?.to?.some(
      (target) =>
        target.group === 'configuration.konghq.com' && target.kind === 'KongPlugin' && (target.name === undefined || target.name === name),
    );
    return from === true && to === true;
  });
}
