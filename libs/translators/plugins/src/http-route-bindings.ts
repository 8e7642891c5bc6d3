import type { PluginReference } from '@gibbon/annotations';
import { namespaceOf, type HTTPRoute } from '@gibbon/k8s-types';
import type { BoundEntity } from './plugin-entity.ts';

/** Names of routes of HTTPRoutes end with the positions of their rule and match, and with the plane where that is not the shared one. */
const RULE_OF_ROUTE = /\.(\d+)\.\d+(?:~.*)?$/;

/** KongPlugins that rules of an HTTPRoute name by filters of type ExtensionRef, with the routes of the rule. */
export function ruleBindings(
  route: HTTPRoute,
  routes: readonly BoundEntity[],
): readonly { readonly reference: PluginReference; readonly entities: readonly BoundEntity[] }[] {
  return (route.spec.rules ?? []).flatMap(({ filters = [] }, index) => {
    const entities = routes.filter(({ name }) => RULE_OF_ROUTE.exec(name)?.[1] === String(index));
    return filters.flatMap(({ type, extensionRef }) => {
      if (type !== 'ExtensionRef' || extensionRef?.kind !== 'KongPlugin' || entities.length === 0) return [];
      const { name } = extensionRef;
      return [{ reference: { text: name, namespace: namespaceOf(route), name, explicit: true }, entities }];
    });
  });
}
