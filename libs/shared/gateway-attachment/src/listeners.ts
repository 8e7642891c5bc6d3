import { SHARED_PLANE, type ControllerSettings, type GatewayPort, type PlaneName } from '@gibbon/contracts/translator';
import { GATEWAY_GROUP, type Gateway, type Listener } from '@gibbon/k8s-types';
import { bad, good, type Verdict } from './conditions.ts';
import { intersectHosts, type HostPattern } from './hostnames.ts';
import { MANAGED_PORTS } from './managed.ts';

/** A kind of routes. */
export interface RouteKind {
  readonly group: string;
  readonly kind: string;
}

/** A listener and what its Gateway alone tells about it. */
export interface ListenerState {
  readonly listener: Listener;
  readonly hostname: HostPattern;
  /** Whether it can be served: its protocol, its port, and that no other listener claims the same. */
  readonly accepted: Verdict;
  /** Reason and message when another listener claims the same, or `null`. */
  readonly conflict: Verdict | null;
  /** Kinds of routes that it takes. */
  readonly supportedKinds: readonly RouteKind[];
  /** Kinds that `allowedRoutes` names and that it cannot take. */
  readonly invalidKinds: readonly string[];
  /** Other TLS listeners of its port whose host names overlap with its own. */
  readonly overlapping: readonly string[];
  /** Port on which the proxies take its requests; `null` where that is not known. */
  readonly proxyPort: number | null;
}

const HTTP_KINDS: readonly RouteKind[] = Object.freeze([{ group: GATEWAY_GROUP, kind: 'HTTPRoute' }]);
const NO_KINDS: readonly RouteKind[] = Object.freeze([]);

/** Listeners that may share a port, given different host names. */
const FAMILIES: Readonly<Record<string, string>> = { HTTP: 'HTTP', HTTPS: 'TLS', TLS: 'TLS', TCP: 'TCP', UDP: 'UDP' };

/** The ports that are open: those that settings name (`undefined`: not known, every one), or all but the proxies' own. */
type OpenPorts = readonly GatewayPort[] | 'managed' | undefined;

const states = new WeakMap<Gateway, { readonly ports: OpenPorts; readonly list: readonly ListenerState[] }>();

/**
 * All listeners of a Gateway, in its order. Remembered per object, as every route of the Gateway asks.
 * @param plane of the Gateway: proxies of its own listen wherever it says.
 */
export function listenerStates(
  gateway: Gateway,
  plane: PlaneName,
  { gatewayPorts }: Pick<ControllerSettings, 'gatewayPorts'>,
): readonly ListenerState[] {
  const ports: OpenPorts = plane === SHARED_PLANE ? gatewayPorts : 'managed';
  const known = states.get(gateway);
  if (known !== undefined && known.ports === ports) return known.list;
  const list = gateway.spec.listeners.map((listener) => stateOf(listener, gateway.spec.listeners, ports));
  states.set(gateway, { ports, list });
  return list;
}

/** Host name of a listener. */
export function hostnameOf({ hostname }: Listener): HostPattern {
  return (hostname ?? '').toLowerCase();
}

function stateOf(listener: Listener, all: readonly Listener[], ports: OpenPorts): ListenerState {
  const conflict = conflictOf(listener, all);
  const supported = protocolVerdict(listener, ports);
  const byProtocol = listener.protocol === 'HTTP' || listener.protocol === 'HTTPS' ? HTTP_KINDS : NO_KINDS;
  const wanted = listener.allowedRoutes?.kinds;
  const isSupported = ({ group = GATEWAY_GROUP, kind }: { readonly group?: string; readonly kind: string }): boolean =>
    byProtocol.some((each) => each.kind === kind && each.group === group);
  const chosen = wanted === undefined || wanted.length === 0 ? null : wanted;
  return {
    listener,
    hostname: hostnameOf(listener),
    accepted: conflict ?? supported,
    conflict,
    supportedKinds:
      chosen === null
        ? byProtocol
        : byProtocol.filter(({ kind, group }) => chosen.some((each) => each.kind === kind && (each.group ?? GATEWAY_GROUP) === group)),
    invalidKinds: (chosen ?? []).filter((each) => !isSupported(each)).map(({ group = GATEWAY_GROUP, kind }) => `${group}/${kind}`),
    overlapping: overlappingOf(listener, all),
    proxyPort: proxyPortOf(listener, ports),
  };
}

function conflictOf(listener: Listener, all: readonly Listener[]): Verdict | null {
  const samePort = all.filter((other) => other !== listener && other.port === listener.port && layerOf(other) === layerOf(listener));
  const family = familyOf(listener);
  const stranger = samePort.find((other) => familyOf(other) !== family);
  if (stranger !== undefined) {
    return bad(
      'ProtocolConflict',
      `listener "${stranger.name}" has ${stranger.protocol} on port ${listener.port}, which ${listener.protocol} cannot share; expected one protocol per port`,
    );
  }
  const twin = samePort.find((other) => hostnameOf(other) === hostnameOf(listener));
  if (twin === undefined) return null;
  const host = listener.hostname === undefined ? 'no hostname' : `hostname "${listener.hostname}"`;
  return bad(
    'HostnameConflict',
    `listener "${twin.name}" has ${host} on port ${listener.port} too; expected different hostnames on one port`,
  );
}

function familyOf({ protocol }: Listener): string {
  return FAMILIES[protocol] ?? protocol;
}

/** UDP ports are ports of their own. */
function layerOf({ protocol }: Listener): string {
  return protocol === 'UDP' ? 'UDP' : 'TCP';
}

function protocolVerdict({ protocol, port, tls }: Listener, ports: OpenPorts): Verdict {
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') {
    return bad('UnsupportedProtocol', `protocol ${protocol} is not supported; expected HTTP or HTTPS`);
  }
  if (protocol === 'HTTPS' && tls?.mode === 'Passthrough') {
    return bad('UnsupportedValue', 'tls.mode Passthrough goes with protocol TLS; expected Terminate');
  }
  return portProblem(protocol, port, ports) ?? good('Accepted', 'the listener can be served');
}

function portProblem(protocol: string, port: number, ports: OpenPorts): Verdict | null {
  if (ports === 'managed') {
    const own = Object.values(MANAGED_PORTS);
    if (!own.includes(port)) return null;
    return bad('PortUnavailable', `port ${port} is one that the proxies use themselves; expected one other than ${own.join(' and ')}`);
  }
  if (ports === undefined || ports.some((open) => open.port === port && open.protocol === protocol)) return null;
  const open = ports.filter((each) => each.protocol === protocol).map((each) => each.port);
  const expected = open.length === 0 ? `no port is open for ${protocol}` : `expected one of ${open.join(', ')}`;
  return bad('PortUnavailable', `the proxies do not listen for ${protocol} on port ${port}; ${expected}`);
}

function proxyPortOf({ protocol, port }: Listener, ports: OpenPorts): number | null {
  if (ports === 'managed') return port;
  const open = ports?.find((each) => each.port === port && each.protocol === protocol);
  return open === undefined ? null : (open.proxyPort ?? open.port);
}

function overlappingOf(listener: Listener, all: readonly Listener[]): readonly string[] {
  if (familyOf(listener) !== 'TLS') return [];
  return all
    .filter(
      (other) =>
        other !== listener &&
        other.port === listener.port &&
        familyOf(other) === 'TLS' &&
        intersectHosts(hostnameOf(other), hostnameOf(listener)) !== null,
    )
    .map(({ name }) => name);
}
