import { objectTags } from '@gibbon/annotations';
import { controllerPluginId } from '@gibbon/model';
import { hash } from 'node:crypto';
import type { PluginObject } from './plugin-config.ts';

/** An entity that a plugin is bound to: its id, and the name by which Kong's tools know it. */
export interface BoundEntity {
  readonly id: string;
  readonly name: string;
}

/** What one Kong plugin applies to; nothing for everything. */
export interface PluginScope {
  readonly service?: BoundEntity;
  readonly route?: BoundEntity;
  readonly consumer?: BoundEntity;
}

/** Fields of a Kong plugin, to be completed. */
export type PluginInput = Readonly<Record<string, unknown>>;

/**
 * The Kong plugin of an object for one scope.
 * @param instanceNames names in use within one translation; the plugin's own is added.
 */
export function pluginInput(plugin: PluginObject, config: unknown, scope: PluginScope, instanceNames: Set<string>): PluginInput {
  return {
    ...scopeFields(plugin.plugin, scope),
    ...(plugin.instance_name === undefined ? null : { instance_name: instanceName(plugin.instance_name, scope, instanceNames) }),
    config,
    ...(plugin.protocols === undefined ? null : { protocols: plugin.protocols }),
    enabled: plugin.disabled !== true,
    tags: objectTags(plugin),
  };
}

/** Name, id and references of a Kong plugin for one scope. */
export function scopeFields(name: string, { service, route, consumer }: PluginScope): PluginInput {
  const id = controllerPluginId(name, {
    ...(service && { service: service.name }),
    ...(route && { route: route.name }),
    ...(consumer && { consumer: consumer.name }),
  });
  return {
    id,
    name,
    ...(service && { service: { id: service.id } }),
    ...(route && { route: { id: route.id } }),
    ...(consumer && { consumer: { id: consumer.id } }),
  };
}

const SHORT_DIGEST = 9;

/** Instance names are unique in Kong, so each scope gets a suffix of its own, the reference controller's. */
function instanceName(name: string, { service, route, consumer }: PluginScope, used: Set<string>): string {
  const key = [service && `_service-${service.name}`, route && `_route-${route.name}`, consumer && `_consumer-${consumer.name}`]
    .filter(Boolean)
    .join('');
  if (key === '') return name;
  const digest = hash('sha256', key, 'hex');
  const short = `${name}-${digest.slice(0, SHORT_DIGEST)}`;
  const unique = used.has(short) ? `${name}-${digest}` : short;
  used.add(unique);
  return unique;
}
