import type { KubeObject } from '@gibbon/contracts/resource';
import { namespaceOf } from '@gibbon/k8s-types';
import { annotationText, KONG_PREFIX } from './annotation.ts';
import { splitList } from './values.ts';

/** Key of the annotation that binds plugins to Ingresses, Services and KongConsumers. */
export const PLUGINS_KEY = `${KONG_PREFIX}/plugins`;

/** A plugin as an object names it. */
export interface PluginReference {
  /** As written, for messages. */
  readonly text: string;
  /** Where the KongPlugin is looked for. */
  readonly namespace: string;
  readonly name: string;
  /** Written as `namespace:name`: never a KongClusterPlugin, and another namespace needs a grant. */
  readonly explicit: boolean;
}

/** Plugins that an object's `konghq.com/plugins` annotation names, in its order, each once. */
export function pluginReferences(object: KubeObject): readonly PluginReference[] {
  const text = annotationText(object, PLUGINS_KEY);
  if (text === null) return [];
  return [...new Set(splitList(text))].map((item) => {
    const colon = item.indexOf(':');
    return colon < 0
      ? { text: item, namespace: namespaceOf(object), name: item, explicit: false }
      : { text: item, namespace: item.slice(0, colon).trim(), name: item.slice(colon + 1).trim(), explicit: true };
  });
}
