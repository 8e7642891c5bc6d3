import { CERTIFICATE_UNIT, type Draft } from '@gibbon/annotations';
import { SHARED_PLANE, type Failure, type PlaneName, type TargetProfile, type TrackedRead } from '@gibbon/contracts/translator';
import { planeEntityName } from '@gibbon/gateway-attachment';
import { refOf, type Gateway } from '@gibbon/k8s-types';
import { entityId } from '@gibbon/model';
import type { JudgedListener } from './listener-status.ts';

/** What the entities of a Gateway are made with. */
export interface PlaneEntities {
  readonly draft: Draft;
  readonly gateway: Gateway;
  readonly plane: PlaneName;
  readonly read: TrackedRead;
  readonly target: TargetProfile;
}

/**
 * The server names of listeners that terminate TLS, with their certificates. Of several certificates the first is shown: a
 * server name has one. Where ports differ in certificates, names are for their own port alone; a target that cannot tell
 * ports apart shows the first certificate of a host name on all of them.
 */
export function addServerNames(entities: PlaneEntities, listeners: readonly JudgedListener[]): void {
  const secure = listeners.filter((listener) => secretOf(listener) !== null);
  if (entities.target.kind === 'gibbon' && portsDiffer(secure)) {
    for (const listener of secure) addServerName(entities, listener, listener.state.proxyPort);
    return;
  }
  for (const [first, ...others] of Map.groupBy(secure, ({ state }) => state.hostname).values()) {
    if (first === undefined) continue;
    addServerName(entities, first, null);
    const rivals = others.filter((other) => secretOf(other) !== secretOf(first));
    for (const rival of rivals) entities.draft.fail(sharedName(entities.gateway, first, rival));
  }
}

function portsDiffer(listeners: readonly JudgedListener[]): boolean {
  const ports = new Set(listeners.map(({ state }) => state.proxyPort));
  return ports.size > 1 && !ports.has(null) && new Set(listeners.map(secretOf)).size > 1;
}

function sharedName(gateway: Gateway, first: JudgedListener, rival: JudgedListener): Failure {
  const { hostname, listener } = first.state;
  const host = hostname === '' ? 'without a hostname' : `of hostname "${hostname}"`;
  return {
    refs: [refOf(gateway)],
    field: `spec.listeners.${gateway.spec.listeners.indexOf(rival.state.listener) + 1}.tls.certificateRefs`,
    reason: 'SniConflict',
    message: `listener "${rival.state.listener.name}" shows the certificate of listener "${listener.name}" on port ${listener.port}: listeners ${host} have one certificate on all ports; expected Secret ${secretOf(first)}`,
  };
}

function secretOf({ certificates: { secrets } }: JudgedListener): string | null {
  const [secret] = secrets;
  return secret === undefined ? null : `${secret.namespace}/${secret.name}`;
}

function addServerName({ draft, gateway, plane, read }: PlaneEntities, listener: JudgedListener, port: number | null): void {
  const { state, certificates } = listener;
  const [secret] = certificates.secrets;
  if (secret === undefined) return;
  const unit = `${CERTIFICATE_UNIT}:${secret.namespace}/${secret.name}` as const;
  const certificate = read.output(unit)?.entities.find((entity) => entity.type === 'certificates');
  if (certificate === undefined) return;
  const host = state.hostname === '' ? '*' : state.hostname;
  const name = port === null ? host : `${host}:${port}`;
  const at = gateway.spec.listeners.indexOf(state.listener) + 1;
  draft.add(
    'snis',
    { id: entityId('snis', planeEntityName(name, plane)), name, certificate: { id: certificate.entity.id } },
    { owner: refOf(gateway), locate: () => `spec.listeners.${at}.hostname` },
  );
}

/** The sockets of a Gateway with proxies of its own; listeners on one port share it. The shared proxies' are those of their settings. */
export function addSockets({ draft, gateway, plane }: PlaneEntities, listeners: readonly JudgedListener[]): void {
  if (plane === SHARED_PLANE) return;
  const ports = new Map(listeners.map(({ state: { listener } }) => [listener.port, listener.protocol === 'HTTPS' ? 'https' : 'http']));
  for (const [port, protocol] of ports) {
    const name = `${protocol}-${port}`;
    const at = gateway.spec.listeners.findIndex((listener) => listener.port === port) + 1;
    draft.add(
      'listeners',
      { id: entityId('listeners', planeEntityName(name, plane)), name, protocol, port, tags: null },
      { owner: refOf(gateway), locate: () => `spec.listeners.${at}.port` },
    );
  }
}
