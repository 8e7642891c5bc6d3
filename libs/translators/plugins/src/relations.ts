import {
  backendsOf,
  belongsToClass,
  HTTP_ROUTES_OF_SERVICE,
  INGRESSES_OF_SERVICE,
  kongServiceName,
  lookUpPlugin,
  objectUnit,
  pluginReferences,
  portText,
  rulesWithServices,
} from '@gibbon/annotations';
import type { KubeObject } from '@gibbon/contracts/resource';
import type { TrackedRead } from '@gibbon/contracts/translator';
import { namespaceOf, type HTTPRoute, type Ingress, type KongConsumer, type Service } from '@gibbon/k8s-types';
import { controllerEntityId } from '@gibbon/model';
import type { PluginsContext } from './context.ts';
import { ruleBindings, ruleOf } from './http-route-bindings.ts';
import { CONSUMERS_OF_PLUGIN, HTTP_ROUTES_OF_PLUGIN, INGRESSES_OF_PLUGIN, pluginKey, SERVICES_OF_PLUGIN } from './indexes.ts';
import type { PluginObject } from './plugin-config.ts';
import type { BoundEntity } from './plugin-entity.ts';

/** Consumers in Kong that a plugin is bound to. */
export function boundConsumers(plugin: PluginObject, read: TrackedRead, context: PluginsContext): readonly BoundEntity[] {
  return read
    .index<KongConsumer>(CONSUMERS_OF_PLUGIN.name, pluginKey(plugin))
    .filter((consumer) => belongsToClass(consumer, context.settings, read) && means(consumer, plugin, read, context))
    .flatMap((consumer) => consumersOf(consumer, read));
}

/** The consumer in Kong of a KongConsumer, if there is one. */
export function consumersOf(consumer: KongConsumer, read: TrackedRead): readonly BoundEntity[] {
  const output = read.output(objectUnit('KongConsumer', namespaceOf(consumer), consumer.metadata.name));
  return (output?.entities ?? []).flatMap((draft) => {
    if (draft.type !== 'consumers') return [];
    const { id, username, custom_id } = draft.entity;
    return [{ id, name: username ?? custom_id ?? id }];
  });
}

/** Whether a plugin is bound to a route or a Kong service, so that it no longer applies to its consumers everywhere. */
export function hasRouteOrService(plugin: PluginObject, read: TrackedRead, context: PluginsContext): boolean {
  const key = pluginKey(plugin);
  return (
    read
      .index<Ingress>(INGRESSES_OF_PLUGIN.name, key)
      .some((ingress) => means(ingress, plugin, read, context) && routesOf(ingress, read).length > 0) ||
    read.index<HTTPRoute>(HTTP_ROUTES_OF_PLUGIN.name, key).some((route) => bindsRoute(route, plugin, read, context)) ||
    read.index<Service>(SERVICES_OF_PLUGIN.name, key).some((service) => means(service, plugin, read, context) && isServed(service, read))
  );
}

/** Whether a plugin is bound to some route of an HTTPRoute: to all by the annotation, or to those of a rule. */
function bindsRoute(route: HTTPRoute, plugin: PluginObject, read: TrackedRead, context: PluginsContext): boolean {
  const routes = routesOf(route, read);
  if (routes.length === 0) return false;
  if (means(route, plugin, read, context)) return true;
  const { name } = plugin.metadata;
  const isOfRoute = plugin.kind === 'KongPlugin' && namespaceOf(plugin) === namespaceOf(route);
  return isOfRoute && ruleBindings(route, routes).some(({ reference }) => reference.name === name);
}

/** Routes of an Ingress or an HTTPRoute with the ids of their services. */
export function routesOf(source: Ingress | HTTPRoute, read: TrackedRead): readonly (BoundEntity & { readonly serviceId: string | null })[] {
  const output = read.output(objectUnit(source.kind, namespaceOf(source), source.metadata.name));
  return (output?.entities ?? []).flatMap((draft) =>
    draft.type === 'routes'
      ? [{ id: draft.entity.id, name: draft.entity.name ?? draft.entity.id, serviceId: draft.entity.service?.id ?? null }]
      : [],
  );
}

/** Whether some route leads to a port of a Service. */
function isServed(service: Service, read: TrackedRead): boolean {
  return isServedByIngress(service, read) || isServedByHttpRoute(service, read);
}

/**
 * Of routes of a rule it may be another Service of the rule that their service stands for: one with the same plugins, or the
 * rule is not served.
 */
function isServedByHttpRoute(service: Service, read: TrackedRead): boolean {
  const key = `${namespaceOf(service)}/${service.metadata.name}`;
  return read.index<HTTPRoute>(HTTP_ROUTES_OF_SERVICE.name, key).some((route) => {
    const rules = rulesWithServices(route).flatMap(({ rule, services }) => (services.includes(key) ? [rule] : []));
    return routesOf(route, read).some((each) => each.serviceId !== null && isOfRules(each, rules));
  });
}

/** Rules with the same backends are one service for a Kong, and their matches may be one route, which has the name of the first. */
function isOfRules(route: BoundEntity, rules: readonly number[]): boolean {
  const rule = ruleOf(route);
  return rule !== null && rules.includes(rule);
}

function isServedByIngress(service: Service, read: TrackedRead): boolean {
  const namespace = namespaceOf(service);
  const { name } = service.metadata;
  return read.index<Ingress>(INGRESSES_OF_SERVICE.name, `${namespace}/${name}`).some((ingress) => {
    const ids = new Set(
      backendsOf(ingress)
        .filter((backend) => backend.name === name)
        .map(({ port }) => controllerEntityId('services', kongServiceName({ namespace, service: name, port: portText(port) }))),
    );
    return routesOf(ingress, read).some(({ serviceId }) => serviceId !== null && ids.has(serviceId));
  });
}

/** Whether an object's annotation leads to this plugin and not to another one of its name. */
function means(referrer: KubeObject, plugin: PluginObject, read: TrackedRead, { settings }: PluginsContext): boolean {
  return pluginReferences(referrer).some((reference) => {
    if (reference.name !== plugin.metadata.name) return false;
    const lookup = lookUpPlugin(referrer, reference, settings, read);
    return lookup.found === 'plugin' && lookup.plugin.kind === plugin.kind && namespaceOf(lookup.plugin) === namespaceOf(plugin);
  });
}
