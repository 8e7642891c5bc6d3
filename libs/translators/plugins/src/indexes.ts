import { pluginReferences } from '@gibbon/annotations';
import type { KubeObject } from '@gibbon/contracts/resource';
import type { IndexDefinition } from '@gibbon/contracts/translator';
import { namespaceOf, type HTTPRoute } from '@gibbon/k8s-types';
import { isKongPlugin } from './http-route-bindings.ts';

/** Ingresses by the plugins that their annotation may mean. */
export const INGRESSES_OF_PLUGIN: IndexDefinition = { name: 'ingresses.plugin', kind: 'Ingress', values: pluginKeys };
/** Services by the plugins that their annotation may mean. */
export const SERVICES_OF_PLUGIN: IndexDefinition = { name: 'services.plugin', kind: 'Service', values: pluginKeys };
/** KongConsumers by the plugins that their annotation may mean. */
export const CONSUMERS_OF_PLUGIN: IndexDefinition = { name: 'consumers.plugin', kind: 'KongConsumer', values: pluginKeys };

/** HTTPRoutes by the plugins that their annotation may mean, and those that their rules name. */
export const HTTP_ROUTES_OF_PLUGIN: IndexDefinition = {
  name: 'http-routes.plugin',
  kind: 'HTTPRoute',
  values: (object) => [...new Set([...pluginKeys(object), ...rulePluginKeys(object as HTTPRoute)])],
};

function rulePluginKeys(route: HTTPRoute): readonly string[] {
  const filters = (route.spec.rules ?? []).flatMap((rule) => rule.filters ?? []);
  return filters.flatMap(({ type, extensionRef }) =>
    type === 'ExtensionRef' && isKongPlugin(extensionRef) ? [`${namespaceOf(route)}/${extensionRef.name}`] : [],
  );
}

/** Key of a plugin in the indexes over annotations. */
export function pluginKey(plugin: KubeObject): string {
  return `${namespaceOf(plugin)}/${plugin.metadata.name}`;
}

function pluginKeys(object: KubeObject): readonly string[] {
  return pluginReferences(object).flatMap(({ namespace, name, explicit }) =>
    explicit ? [`${namespace}/${name}`] : [`${namespace}/${name}`, `/${name}`],
  );
}
