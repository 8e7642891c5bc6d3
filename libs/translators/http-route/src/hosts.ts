import type { ControllerSettings, PlaneName, TrackedRead } from '@gibbon/contracts/translator';
import {
  compareHosts,
  coversHost,
  intersectHosts,
  listenerStates,
  resolveCertificates,
  type AttachedListener,
  type HostPattern,
  type ListenerState,
  type ParentAttachment,
} from '@gibbon/gateway-attachment';
import type { ListenerCondition } from './expression.ts';
import type { RedirectListener } from './filter-configs.ts';

/** A host name under which a route is served, and by which listeners. */
export interface ServedHost {
  readonly effective: HostPattern;
  /** As the route has it: what precedence goes by. */
  readonly own: HostPattern;
  readonly listeners: readonly ListenerCondition[];
}

/** Where a route is served. */
export interface ServedRoute {
  /** By which proxies. */
  readonly plane: PlaneName;
  readonly hosts: readonly ServedHost[];
  readonly listeners: readonly RedirectListener[];
}

/** Where a route is served: for each plane of its parents, in their order. */
export function servedRoutes(
  parents: readonly ParentAttachment[],
  settings: ControllerSettings,
  read: TrackedRead,
): readonly ServedRoute[] {
  return [...Map.groupBy(parents, ({ plane }) => plane)].map(([plane, ofPlane]) => servedHosts(plane, ofPlane, settings, read));
}

/**
 * The host names and listeners under which a route is served by the proxies of its parents. A listener leaves to more specific
 * ones of its Gateway and port what is theirs; listeners that cannot be served do not count.
 */
function servedHosts(plane: PlaneName, parents: readonly ParentAttachment[], settings: ControllerSettings, read: TrackedRead): ServedRoute {
  const hosts = new Map<HostPattern, { own: HostPattern; readonly listeners: ListenerCondition[] }>();
  const listeners = new Map<string, RedirectListener>();
  for (const { gateway, listeners: attached } of parents) {
    const isServed = (state: ListenerState): boolean =>
      state.accepted.ok && resolveCertificates(gateway, state.listener, read).problem === null;
    const all = listenerStates(gateway, plane, settings);
    for (const state of attached.filter(isServed)) {
      const { proxyPort, listener } = state;
      const scheme = listener.protocol === 'HTTPS' ? 'https' : 'http';
      listeners.set(`${scheme} ${proxyPort} ${listener.port}`, { scheme, proxyPort, port: listener.port });
      for (const { own, effective } of state.hosts) {
        const except = moreSpecific(state, effective, all);
        if (except === null) continue;
        const host = hosts.getOrInsertComputed(effective, () => ({ own, listeners: [] }));
        if (compareHosts(own, host.own) < 0) host.own = own;
        host.listeners.push({ protocol: scheme, port: proxyPort, except });
      }
    }
  }
  return { plane, hosts: [...hosts].map(([effective, host]) => ({ effective, ...host })), listeners: [...listeners.values()] };
}

/** Host names of other listeners that take some of a host's requests away; `null` when one takes all of them. */
function moreSpecific(state: AttachedListener, effective: HostPattern, all: readonly ListenerState[]): readonly HostPattern[] | null {
  const except: HostPattern[] = [];
  for (const other of all) {
    if (other.listener === state.listener || other.listener.port !== state.listener.port || !other.accepted.ok) continue;
    if (compareHosts(other.hostname, state.hostname) >= 0) continue;
    if (coversHost(other.hostname, effective)) return null;
    const taken = intersectHosts(other.hostname, effective);
    if (taken !== null) except.push(taken);
  }
  return except;
}
