import {
  annotationField,
  BACKEND_GROUP_UNIT,
  Draft,
  lookUpPlugin,
  objectTags,
  parseBackendGroup,
  parseServicePort,
  pluginReferences,
  PLUGINS_KEY,
  REWRITE,
  SERVICE_PORT_UNIT,
  type PluginReference,
} from '@gibbon/annotations';
import type { KubeObject } from '@gibbon/contracts/resource';
import {
  EMPTY_OUTPUT,
  type Failure,
  type TrackedRead,
  type TranslationOutput,
  type Unit,
  type UnitKey,
} from '@gibbon/contracts/translator';
import { namespaceOf, refOf, type HTTPRoute, type Ingress, type KongConsumer, type Service } from '@gibbon/k8s-types';
import { controllerEntityId } from '@gibbon/model';
import type { PluginsContext } from './context.ts';
import { ruleBindings } from './http-route-bindings.ts';
import { configOf, UNRESOLVED_CONFIG, type PluginObject } from './plugin-config.ts';
import { pluginInput, scopeFields, type BoundEntity, type PluginScope } from './plugin-entity.ts';
import { boundConsumers, consumersOf, hasRouteOrService, routesOf } from './relations.ts';
import { rewriteUri } from './rewrite.ts';

/** An object with plugins, and what it became in Kong. */
interface Referrer {
  readonly object: KubeObject;
  readonly type: 'route' | 'service' | 'consumer';
  readonly entities: readonly BoundEntity[];
}

/**
 * Yields the Kong plugins of one object that names plugins. One unit per such object: a change of an Ingress touches its
 * own plugins and not those of a thousand others that share a KongPlugin with it.
 */
export function translateBinding(unit: Unit, read: TrackedRead, context: PluginsContext): TranslationOutput {
  const referrer = referrerOf(unit.id as UnitKey, read);
  if (referrer === null || referrer.entities.length === 0) return EMPTY_OUTPUT;
  const draft = new Draft(context.emit);
  const instanceNames = new Set<string>();
  for (const { reference, entities, annotated } of bindingsOf(referrer)) {
    const lookup = lookUpPlugin(referrer.object, reference, context.settings, read);
    // Of plugins of a rule its HTTPRoute tells, whose requests get an error.
    if (lookup.found !== 'plugin' && annotated) draft.fail(notFound(referrer.object, reference, lookup.found));
    const plugin = lookup.found === 'plugin' ? lookup.plugin : null;
    const config = plugin === null ? null : usableConfigOf(plugin, read, context);
    if (plugin === null || config === null) continue;
    for (const scope of scopesOf(plugin, { ...referrer, entities }, read, context)) {
      // What is wrong with the plugin itself its own unit reports.
      draft.tryAdd('plugins', pluginInput(plugin, config.value, scope, instanceNames), { owner: refOf(plugin) });
    }
  }
  if (referrer.type === 'route') addRewrite(draft, referrer);
  return draft.output();
}

interface Binding {
  readonly reference: PluginReference;
  readonly entities: readonly BoundEntity[];
  /** Whether the annotation names it, and not a filter. */
  readonly annotated: boolean;
}

/** Plugins of the annotation apply to everything that the object became, those of a rule of an HTTPRoute to its routes. */
function bindingsOf({ object, entities }: Referrer): readonly Binding[] {
  const annotated = pluginReferences(object).map((reference) => ({ reference, entities, annotated: true }));
  if (object.kind !== 'HTTPRoute') return annotated;
  return [...annotated, ...ruleBindings(object as HTTPRoute, entities).map((binding) => ({ ...binding, annotated: false }))];
}

function referrerOf(key: UnitKey, read: TrackedRead): Referrer | null {
  const kind = key.slice(0, key.indexOf(':'));
  const id = key.slice(kind.length + 1);
  const [namespace = '', name = ''] = id.split('/');
  switch (kind) {
    case 'Ingress': {
      const object = read.get<Ingress>('Ingress', namespace, name);
      return object && { object, type: 'route', entities: routesOf(object, read) };
    }
    case 'HTTPRoute': {
      const object = read.get<HTTPRoute>('HTTPRoute', namespace, name);
      return object && { object, type: 'route', entities: routesOf(object, read) };
    }
    case 'KongConsumer': {
      const object = read.get<KongConsumer>('KongConsumer', namespace, name);
      return object && { object, type: 'consumer', entities: consumersOf(object, read) };
    }
    case SERVICE_PORT_UNIT: {
      const object = read.get<Service>('Service', parseServicePort(id).namespace, parseServicePort(id).service);
      const services = (read.output(key)?.entities ?? []).flatMap((entity) =>
        entity.type === 'services' ? [{ id: entity.entity.id, name: entity.entity.name ?? entity.entity.id }] : [],
      );
      return object && { object, type: 'service', entities: services };
    }
    case BACKEND_GROUP_UNIT: {
      // Whoever includes this unit has seen to it that all Services of the group bind the same plugins.
      const { name: kongService, backends } = parseBackendGroup(id);
      const [first] = backends;
      const object = first === undefined ? null : read.get<Service>('Service', first.namespace, first.service);
      return object && { object, type: 'service', entities: [{ id: controllerEntityId('services', kongService), name: kongService }] };
    }
    default:
      return null;
  }
}

function usableConfigOf(
  plugin: PluginObject,
  read: TrackedRead,
  { keepsLastGood, namesOthers }: PluginsContext,
): { readonly value: unknown } | null {
  const resolved = configOf(plugin, read, namesOthers);
  if (resolved.ok) return { value: resolved.config };
  return keepsLastGood ? { value: UNRESOLVED_CONFIG } : null;
}

function notFound(object: KubeObject, { text, namespace, explicit }: PluginReference, found: 'nothing' | 'no-grant'): Failure {
  const message =
    found === 'no-grant'
      ? `no grant found to referenced "${text}" plugin in the requested remote KongPlugin bind; expected a ReferenceGrant in namespace ${namespace} from ${object.kind} in ${namespaceOf(object)} to KongPlugin`
      : `referenced KongPlugin or KongClusterPlugin "${text}" does not exist${explicit ? ` in namespace ${namespace}` : ''}; the rest is served without it`;
  return {
    refs: [refOf(object)],
    field: annotationField(PLUGINS_KEY),
    reason: found === 'no-grant' ? 'RefNotPermitted' : 'PluginNotFound',
    message,
  };
}

/** A plugin of consumers and of routes or services applies to their pairs alone; those the route's or service's side yields. */
function scopesOf(plugin: PluginObject, { type, entities }: Referrer, read: TrackedRead, context: PluginsContext): readonly PluginScope[] {
  if (type === 'consumer') return hasRouteOrService(plugin, read, context) ? [] : entities.map((consumer) => ({ consumer }));
  const consumers = boundConsumers(plugin, read, context);
  return entities.flatMap((entity): readonly PluginScope[] => {
    const scope: PluginScope = type === 'route' ? { route: entity } : { service: entity };
    return consumers.length === 0 ? [scope] : consumers.map((consumer) => ({ ...scope, consumer }));
  });
}

/** A rewrite is a request-transformer on each route of the Ingress. */
function addRewrite(draft: Draft, { object, entities }: Referrer): void {
  const text = object.metadata.annotations?.[REWRITE.key];
  if (text === undefined) return;
  const owner = refOf(object);
  const field = annotationField(REWRITE.key);
  const template = rewriteUri(text);
  if (!template.ok) {
    draft.fail({
      refs: [owner],
      field,
      reason: 'InvalidAnnotation',
      message: `${REWRITE.key}: ${template.problem}; expected "$1" for a capture and "\\$" for a plain "$"`,
    });
    return;
  }
  for (const route of entities) {
    const input = {
      ...scopeFields('request-transformer', { route }),
      config: { replace: { uri: template.uri } },
      tags: objectTags(object),
    };
    draft.add('plugins', input, { owner, locate: () => field });
  }
}
