import type { KubeObject } from '@gibbon/contracts/resource';
import type { ControllerSettings, TrackedRead } from '@gibbon/contracts/translator';
import { attachRoute, isGatewayRef, listenerStates, planeOf, type ListenerState } from '@gibbon/gateway-attachment';
import { namespaceOf, type Gateway, type HTTPRoute } from '@gibbon/k8s-types';
import { ROUTES_OF_GATEWAY } from './indexes.ts';

/** The listeners that take a route, by name, and the Namespace object that this was found with. */
interface Answer {
  readonly namespace: KubeObject | null;
  readonly listeners: readonly string[];
}

/** By the listeners of a Gateway as they are, which are one list as long as nothing changes about them. */
const answers = new WeakMap<readonly ListenerState[], WeakMap<HTTPRoute, Answer>>();

/**
 * How many routes attach to each listener of a Gateway, by its name. Asked at every change of any of its routes, of which
 * there may be thousands: those that are as before are not attached again, only counted.
 */
export function countAttachedRoutes(gateway: Gateway, settings: ControllerSettings, read: TrackedRead): ReadonlyMap<string, number> {
  const states = listenerStates(gateway, planeOf(gateway, settings, read), settings);
  const known = answers.getOrInsertComputed(states, () => new WeakMap());
  const namespaces = namespaceReader(states, read);
  const counts = new Map<string, number>();
  for (const route of read.index<HTTPRoute>(ROUTES_OF_GATEWAY.name, `${namespaceOf(gateway)}/${gateway.metadata.name}`)) {
    const namespace = namespaces(namespaceOf(route));
    let answer = known.get(route);
    if (answer?.namespace !== namespace) {
      answer = { namespace, listeners: listenersOf(route, gateway, settings, read) };
      known.set(route, answer);
    }
    for (const name of answer.listeners) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Namespace objects, each read once; `null` for all where no listener looks at them. */
function namespaceReader(states: readonly ListenerState[], read: TrackedRead): (name: string) => KubeObject | null {
  if (states.every(({ listener }) => listener.allowedRoutes?.namespaces?.from !== 'Selector')) return () => null;
  const found = new Map<string, KubeObject | null>();
  return (name) => found.getOrInsertComputed(name, () => read.get('Namespace', '', name));
}

function listenersOf(route: HTTPRoute, gateway: Gateway, settings: ControllerSettings, read: TrackedRead): readonly string[] {
  const { parents } = attachRoute({ ...route, spec: { ...route.spec, parentRefs: parentsIn(route, gateway) } }, settings, read);
  return [...new Set(parents.flatMap(({ listeners }) => listeners.map(({ listener }) => listener.name)))];
}

/** The route's parents that are this Gateway. */
function parentsIn({ spec, metadata }: HTTPRoute, gateway: Gateway): NonNullable<HTTPRoute['spec']['parentRefs']> {
  return (spec.parentRefs ?? [])
    .filter(isGatewayRef)
    .filter((ref) => ref.name === gateway.metadata.name && (ref.namespace ?? metadata.namespace ?? '') === namespaceOf(gateway));
}
