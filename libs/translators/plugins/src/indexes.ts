import { pluginReferences } from '@gibbon/annotations';
import type { KubeObject } from '@gibbon/contracts/resource';
import type { IndexDefinition } from '@gibbon/contracts/translator';
import { namespaceOf, type HTTPRoute, type Ingress, type IngressServiceBackend } from '@gibbon/k8s-types';
import { isKongPlugin } from './http-route-bindings.ts';

/** Ingresses by the plugins that their annotation may mean. */
export const INGRESSES_OF_PLUGIN: IndexDefinition = { name: 'ingresses.plugin', kind: 'Ingress', values: pluginKeys };
/** Services by the plugins that their annotation may mean. */
export const SERVICES_OF_PLUGIN: IndexDefinition = { name: 'services.plugin', kind: 'Service', values: pluginKeys };
/** KongConsumers by the plugins that their annotation may mean. */
export const CONSUMERS_OF_PLUGIN: IndexDefinition = { name: 'consumers.plugin', kind: 'KongConsumer', values: pluginKeys };

/** Ingresses by the Services of their backends. */
export const INGRESSES_OF_SERVICE: IndexDefinition = {
  name: 'ingresses.service',
  kind: 'Ingress',
  values: (object) => [...new Set(backendsOf(object as Ingress).map(({ name }) => `${namespaceOf(object)}/${name}`))],
};

/** HTTPRoutes by the plugins that their annotation may mean, and those that their rules name. */
export const HTTP_ROUTES_OF_PLUGIN: IndexDefinition = {
  name: 'http-routes.plugin',
  kind: 'HTTPRoute',
  values: (object) => [...new Set([...pluginKeys(object), ...rulePluginKeys(object as HTTPRoute)])],
};

/** HTTPRoutes by the Services of their backends. */
export const HTTP_ROUTES_OF_SERVICE: IndexDefinition = {
  name: 'http-routes.service',
  kind: 'HTTPRoute',
  values: (object) => [...new Set(rulesWithServices(object as HTTPRoute).flatMap(({ services }) => services))],
};

/** The Services, `<namespace>/<name>`, of the backends of each rule of an HTTPRoute; rules count from 0. */
export function rulesWithServices(route: HTTPRoute): readonly { readonly rule: number; readonly services: readonly string[] }[] {
  return (route.spec.rules ?? []).map(({ backendRefs = [] }, rule) => ({
    rule,
    services: backendRefs.flatMap(({ group = '', kind = 'Service', namespace = namespaceOf(route), name, weight = 1 }) =>
      (group === '' || group === 'core') && kind === 'Service' && weight > 0 ? [`${namespace}/${name}`] : [],
    ),
  }));
}

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

/** Services that an Ingress names, with their ports. */
export function backendsOf({ spec }: Ingress): readonly IngressServiceBackend[] {
  const backends = [spec?.defaultBackend, ...(spec?.rules ?? []).flatMap((rule) => rule.http?.paths.map((path) => path.backend) ?? [])];
  return backends.map((backend) => backend?.service).filter((service) => service !== undefined);
}

function pluginKeys(object: KubeObject): readonly string[] {
  return pluginReferences(object).flatMap(({ namespace, name, explicit }) =>
    explicit ? [`${namespace}/${name}`] : [`${namespace}/${name}`, `/${name}`],
  );
}
