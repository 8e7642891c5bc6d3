import { CERTIFICATE_UNIT, type Draft } from '@gibbon/annotations';
import { SHARED_PLANE, type PlaneName, type TrackedRead } from '@gibbon/contracts/translator';
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
}

/**
 * The server name of a listener that terminates TLS, with its certificate. Of several certificates the first is shown: a
 * server name has one.
 */
export function addServerName({ draft, gateway, plane, read }: PlaneEntities, { state, certificates }: JudgedListener): void {
  const [secret] = certificates.secrets;
  if (secret === undefined) return;
  const unit = `${CERTIFICATE_UNIT}:${secret.namespace}/${secret.name}` as const;
  const certificate = read.output(unit)?.entities.find((entity) => entity.type === 'certificates');
  if (certificate === undefined) return;
  const name = state.hostname === '' ? '*' : state.hostname;
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
