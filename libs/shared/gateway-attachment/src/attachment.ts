import type { KubeObject } from '@gibbon/contracts/resource';
import type { ControllerSettings, PlaneName, TrackedRead } from '@gibbon/contracts/translator';
import { GATEWAY_GROUP, namespaceOf, type Gateway, type ParentReference } from '@gibbon/k8s-types';
import { bad, good, type Verdict } from './conditions.ts';
import { controllerOf } from './gateways.ts';
import { compareHosts, intersectHosts, type HostPattern } from './hostnames.ts';
import { matchesSelector } from './label-selector.ts';
import { listenerStates, type ListenerState } from './listeners.ts';
import { planeOf } from './managed.ts';

/** A route as far as attaching goes. */
export interface AttachableRoute extends KubeObject {
  readonly spec: { readonly parentRefs?: readonly ParentReference[]; readonly hostnames?: readonly string[] };
}

/** A host name under which a route is served on a listener. */
export interface HostMatch {
  /** As the route has it; empty where it has none. What precedence goes by. */
  readonly own: HostPattern;
  /** What is left of it on the listener. */
  readonly effective: HostPattern;
}

/** A listener that takes a route. */
export interface AttachedListener extends ListenerState {
  readonly hosts: readonly HostMatch[];
}

/** One of a route's parents. */
export interface ParentAttachment {
  readonly parentRef: ParentReference;
  /** Position in `parentRefs`, from 0. */
  readonly index: number;
  readonly gateway: Gateway;
  readonly controllerName: string;
  /** The proxies that serve the Gateway. */
  readonly plane: PlaneName;
  readonly accepted: Verdict;
  /** None unless accepted. */
  readonly listeners: readonly AttachedListener[];
}

/** What becomes of a route's parents. */
export interface RouteAttachment {
  /** Those that are Gateways of ours. */
  readonly parents: readonly ParentAttachment[];
  /** Positions of Gateways that do not exist. */
  readonly missing: readonly number[];
}

/** Attaches a route to its parents: selects listeners, asks whether they take the route, and intersects host names. */
export function attachRoute(route: AttachableRoute, settings: ControllerSettings, read: TrackedRead): RouteAttachment {
  const parents: ParentAttachment[] = [];
  const missing: number[] = [];
  for (const [index, parentRef] of (route.spec.parentRefs ?? []).entries()) {
    if (!isGatewayRef(parentRef)) continue;
    const gateway = read.get<Gateway>('Gateway', parentRef.namespace ?? namespaceOf(route), parentRef.name);
    if (gateway === null) missing.push(index);
    const controllerName = gateway === null ? null : controllerOf(gateway, settings, read);
    if (gateway === null || controllerName === null) continue;
    const plane = planeOf(gateway, settings, read);
    const states = listenerStates(gateway, plane, settings);
    parents.push({ parentRef, index, gateway, controllerName, plane, ...attach(route, parentRef, { gateway, states }, read) });
  }
  return { parents, missing };
}

/** Whether a parent is a Gateway. */
export function isGatewayRef({ group = GATEWAY_GROUP, kind = 'Gateway' }: ParentReference): boolean {
  return group === GATEWAY_GROUP && kind === 'Gateway';
}

interface GatewayListeners {
  readonly gateway: Gateway;
  readonly states: readonly ListenerState[];
}

type Attached = Pick<ParentAttachment, 'accepted' | 'listeners'>;

/** Reasons are looked for in this order: selection, permission, host names. */
function attach(
  route: AttachableRoute,
  { sectionName, port }: ParentReference,
  { gateway, states }: GatewayListeners,
  read: TrackedRead,
): Attached {
  const selected = states.filter(
    ({ listener }) => (sectionName === undefined || listener.name === sectionName) && (port === undefined || listener.port === port),
  );
  if (selected.length === 0) return rejected(noMatchingParent(gateway, sectionName, port));
  const allowed = selected.filter((state) => takesKind(state, route.kind) && takesNamespace(state, gateway, route, read));
  if (allowed.length === 0) return rejected(notAllowed(selected, route));
  const listeners = allowed.map((state) => ({ ...state, hosts: hostsOn(route, state) })).filter(({ hosts }) => hosts.length > 0);
  if (listeners.length > 0) return { accepted: good('Accepted', 'the route is attached'), listeners };
  const names = allowed.map(({ hostname }) => hostname).join(', ');
  return rejected(
    bad(
      'NoMatchingListenerHostname',
      `none of the route's hostnames (${route.spec.hostnames?.join(', ')}) is one of the listener's (${names})`,
    ),
  );
}

function rejected(accepted: Verdict): Attached {
  return { accepted, listeners: [] };
}

function noMatchingParent(gateway: Gateway, sectionName: string | undefined, port: number | undefined): Verdict {
  const wanted = [
    ...(sectionName === undefined ? [] : [`the name "${sectionName}"`]),
    ...(port === undefined ? [] : [`port ${port}`]),
  ].join(' and ');
  const known = gateway.spec.listeners.map((listener) => `${listener.name} (${listener.port})`).join(', ');
  return bad(
    'NoMatchingParent',
    `Gateway ${namespaceOf(gateway)}/${gateway.metadata.name} has no listener with ${wanted || 'any name'}; it has ${known}`,
  );
}

function notAllowed(selected: readonly ListenerState[], route: AttachableRoute): Verdict {
  const names = selected.map(({ listener }) => listener.name).join(', ');
  const kinds = selected.filter((state) => takesKind(state, route.kind));
  const why = kinds.length === 0 ? `kind ${route.kind}` : `namespace ${namespaceOf(route)}`;
  return bad('NotAllowedByListeners', `listener ${names} takes no routes of ${why}; see its protocol and allowedRoutes`);
}

function takesKind({ supportedKinds }: ListenerState, kind: string): boolean {
  return supportedKinds.some((each) => each.kind === kind);
}

function takesNamespace({ listener }: ListenerState, gateway: Gateway, route: AttachableRoute, read: TrackedRead): boolean {
  const { from = 'Same', selector } = listener.allowedRoutes?.namespaces ?? {};
  const namespace = namespaceOf(route);
  switch (from) {
    case 'All':
      return true;
    case 'Same':
      return namespace === namespaceOf(gateway);
    case 'Selector': {
      const labels = read.get('Namespace', '', namespace)?.metadata.labels;
      // Every namespace of a cluster has this label; those of a folder may have no object.
      return matchesSelector({ 'kubernetes.io/metadata.name': namespace, ...labels }, selector);
    }
    default:
      return false;
  }
}

/** The route's host names on a listener: of several that leave the same, the most specific one. */
function hostsOn({ spec }: AttachableRoute, { hostname }: ListenerState): readonly HostMatch[] {
  const own = spec.hostnames === undefined || spec.hostnames.length === 0 ? [''] : spec.hostnames.map((host) => host.toLowerCase());
  const matches = new Map<HostPattern, HostMatch>();
  for (const host of own.toSorted(compareHosts)) {
    const effective = intersectHosts(host, hostname);
    if (effective !== null && !matches.has(effective)) matches.set(effective, { own: host, effective });
  }
  return [...matches.values()];
}
