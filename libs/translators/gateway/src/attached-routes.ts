import { attachRoute, type AttachableRoute } from '@gibbon/gateway-attachment';
import type { ControllerSettings, TrackedRead } from '@gibbon/contracts/translator';
import { isGatewayRef } from '@gibbon/gateway-attachment';
import { namespaceOf, type Gateway, type HTTPRoute } from '@gibbon/k8s-types';
import { ROUTES_OF_GATEWAY } from './indexes.ts';

/**
 * How many routes attach to each listener of a Gateway, by its name. Routes that look alike from here are asked once: of
 * five thousand routes most differ in nothing that matters.
 */
export function countAttachedRoutes(gateway: Gateway, settings: ControllerSettings, read: TrackedRead): ReadonlyMap<string, number> {
  const key = `${namespaceOf(gateway)}/${gateway.metadata.name}`;
  const alike = new Map<string, { readonly route: AttachableRoute; count: number }>();
  for (const route of read.index<HTTPRoute>(ROUTES_OF_GATEWAY.name, key)) {
    const own = parentsIn(route, gateway);
    const look = JSON.stringify([namespaceOf(route), own, route.spec.hostnames]);
    const known = alike.get(look);
    if (known === undefined) alike.set(look, { route: { ...route, spec: { ...route.spec, parentRefs: own } }, count: 1 });
    else known.count++;
  }
  const counts = new Map<string, number>();
  for (const { route, count } of alike.values()) {
    const { parents } = attachRoute(route, settings, read);
    const names = new Set(parents.flatMap(({ listeners }) => listeners.map(({ listener }) => listener.name)));
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return counts;
}

/** The route's parents that are this Gateway. */
function parentsIn({ spec, metadata }: HTTPRoute, gateway: Gateway): NonNullable<HTTPRoute['spec']['parentRefs']> {
  return (spec.parentRefs ?? [])
    .filter(isGatewayRef)
    .filter((ref) => ref.name === gateway.metadata.name && (ref.namespace ?? metadata.namespace ?? '') === namespaceOf(gateway));
}
