import type { PluginReference } from '@gibbon/annotations';
import { namespaceOf, type HTTPRoute, type HTTPRouteFilter } from '@gibbon/k8s-types';
import type { BoundEntity } from './plugin-entity.ts';

/** Names of routes of HTTPRoutes end with the positions of their rule and match, and with the plane where that is not the shared one. */
const RULE_OF_ROUTE = /\.(\d+)\.\d+(?:~.*)?$/;

/** The position, from 0, of the rule that a route of an HTTPRoute comes from; `null` where its name tells none. */
export function ruleOf({ name }: BoundEntity): number | null {
  const position = RULE_OF_ROUTE.exec(name)?.[1];
  return position === undefined ? null : Number(position);
}

/** KongPlugins that rules of an HTTPRoute name by filters of type ExtensionRef, with the routes of the rule. */
export function ruleBindings(
  route: HTTPRoute,
  routes: readonly BoundEntity[],
): readonly { readonly reference: PluginReference; readonly entities: readonly BoundEntity[] }[] {
  return (route.spec.rules ?? []).flatMap(({ filters = [] }, index) => {
    const entities = routes.filter((route) => ruleOf(route) === index);
    return filters.flatMap(({ type, extensionRef }) => {
      if (type !== 'ExtensionRef' || !isKongPlugin(extensionRef) || entities.length === 0) return [];
      const { name } = extensionRef;
      return [{ reference: { text: name, namespace: namespaceOf(route), name, explicit: true }, entities }];
    });
  });
}

/** Whether a filter of type ExtensionRef leads to a KongPlugin. */
export function isKongPlugin(ref: HTTPRouteFilter['extensionRef']): ref is NonNullable<HTTPRouteFilter['extensionRef']> {
  return ref?.kind === 'KongPlugin' && ref.group === 'configuration.konghq.com';
}
