import { pluginReferences } from '@gibbon/annotations';
import type { KubeObject } from '@gibbon/contracts/resource';
import type { IndexDefinition } from '@gibbon/contracts/translator';
import { namespaceOf, type Ingress, type IngressServiceBackend } from '@gibbon/k8s-types';

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
