import type { KubeObject } from '@gibbon/contracts/resource';
import type { ControllerSettings, TrackedRead } from '@gibbon/contracts/translator';
import { attachRoute, isGatewayRef, listenerStates, planeOf, type ListenerState } from '@gibbon/gateway-attachment';
import { namespaceOf, type Gateway, type HTTPRoute } from '@gibbon/k8s-types';
import { ROUTES_OF_GATEWAY } from './indexes.ts';

/** Names of the listeners that take a route. */
type Takers = readonly string[];

/** How the routes of a Gateway were counted last. */
interface Census {
  /** In the order of the index. */
  readonly routes: readonly HTTPRoute[];
  /** For each of them. */
  readonly takers: readonly Takers[];
  readonly counts: ReadonlyMap<string, number>;
  /** The Namespace objects that mattered. */
  readonly namespaces: ReadonlyMap<string, KubeObject | null>;
}

const NOBODY: Census = { routes: [], takers: [], counts: new Map(), namespaces: new Map() };

/** By the listeners of a Gateway as they are, which are one list as long as nothing changes about them. */
const lastCensus = new WeakMap<readonly ListenerState[], Census>();

/**
 * How many routes attach to each listener of a Gateway, by its name. Asked at every change of any of its routes, of which
 * there may be thousands: only what differs from the last time is looked at, but for a comparison of references.
 */
export function countAttachedRoutes(gateway: Gateway, settings: ControllerSettings, read: TrackedRead): ReadonlyMap<string, number> {
  const states = listenerStates(gateway, planeOf(gateway, settings, read), settings);
  const routes = read.index<HTTPRoute>(ROUTES_OF_GATEWAY.name, `${namespaceOf(gateway)}/${gateway.metadata.name}`);
  const namespaces = namespacesThatMatter(states, routes, read);
  const last = lastCensus.get(states) ?? NOBODY;
  const base = sameObjects(last.namespaces, namespaces) ? last : NOBODY;
  const census = { ...recount(base, routes, (route) => takersOf(route, gateway, settings, read)), namespaces };
  lastCensus.set(states, census);
  return census.counts;
}

/** Both lists have one order, so that what changed lies between a beginning and an end that are the same. */
function recount(before: Census, routes: readonly HTTPRoute[], ask: (route: HTTPRoute) => Takers): Omit<Census, 'namespaces'> {
  const shorter = Math.min(before.routes.length, routes.length);
  let head = 0;
  while (head < shorter && before.routes[head] === routes[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.routes.at(-1 - tail) === routes.at(-1 - tail)) tail++;
  const known = new Map<HTTPRoute, Takers>();
  const counts = new Map(before.counts);
  for (let index = head; index < before.routes.length - tail; index++) {
    const takers = before.takers[index] as Takers;
    known.set(before.routes[index] as HTTPRoute, takers);
    add(counts, takers, -1);
  }
  const between = routes.slice(head, routes.length - tail).map((route) => known.get(route) ?? ask(route));
  for (const takers of between) add(counts, takers, 1);
  const takers = before.takers.slice(0, head).concat(between, before.takers.slice(before.takers.length - tail));
  return { routes, takers, counts };
}

function add(counts: Map<string, number>, names: Takers, difference: 1 | -1): void {
  for (const name of names) {
    const count = (counts.get(name) ?? 0) + difference;
    if (count === 0) counts.delete(name);
    else counts.set(name, count);
  }
}

/** The Namespace objects of the routes, each read once; none where no listener looks at them. */
function namespacesThatMatter(
  states: readonly ListenerState[],
  routes: readonly HTTPRoute[],
  read: TrackedRead,
): ReadonlyMap<string, KubeObject | null> {
  if (states.every(({ listener }) => listener.allowedRoutes?.namespaces?.from !== 'Selector')) return NOBODY.namespaces;
  const names = new Set(routes.map(namespaceOf));
  return new Map([...names].map((name) => [name, read.get('Namespace', '', name)]));
}

/** Whether no object of both is another one: what has come or gone goes with routes that have. */
function sameObjects(before: ReadonlyMap<string, KubeObject | null>, after: ReadonlyMap<string, KubeObject | null>): boolean {
  return before === after || [...after].every(([name, object]) => !before.has(name) || before.get(name) === object);
}

function takersOf(route: HTTPRoute, gateway: Gateway, settings: ControllerSettings, read: TrackedRead): Takers {
  const { parents } = attachRoute({ ...route, spec: { ...route.spec, parentRefs: parentsIn(route, gateway) } }, settings, read);
  return [...new Set(parents.flatMap(({ listeners }) => listeners.map(({ listener }) => listener.name)))];
}

/** The route's parents that are this Gateway. */
function parentsIn({ spec, metadata }: HTTPRoute, gateway: Gateway): NonNullable<HTTPRoute['spec']['parentRefs']> {
  return (spec.parentRefs ?? [])
    .filter(isGatewayRef)
    .filter((ref) => ref.name === gateway.metadata.name && (ref.namespace ?? metadata.namespace ?? '') === namespaceOf(gateway));
}
