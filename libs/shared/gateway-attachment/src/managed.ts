import { createHash } from 'node:crypto';
import { SHARED_PLANE, type ControllerSettings, type PlaneName, type TargetProfile, type TrackedRead } from '@gibbon/contracts/translator';
import { namespaceOf, type Gateway, type GatewayClass } from '@gibbon/k8s-types';

/** On a GatewayClass with any value: its Gateways share the proxies of this controller. */
export const UNMANAGED_ANNOTATION = 'konghq.com/gatewayclass-unmanaged';

/** Labels of everything that is made for a managed Gateway. */
export const MANAGED_LABELS = Object.freeze({
  /** Name of the Gateway, cut where it is longer than a label may be. Required by the Gateway API. */
  gatewayName: 'gateway.networking.k8s.io/gateway-name',
  /** `metadata.uid` of the Gateway: the plane of its proxies. Also on the EndpointSlices of its Services, which have the labels of these. */
  gatewayUid: 'gibbon.dev/gateway-uid',
  /** `admin` on the Service by which its proxies are found and configured, and on its EndpointSlices. */
  role: 'gibbon.dev/role',
});

/** Ports of the proxies of managed Gateways that are no listener's: each has a network of its own, which its listeners share. */
export const MANAGED_PORTS: { readonly admin: number; readonly status: number } = Object.freeze({ admin: 8_444, status: 8_100 });

/** Longest name of a Service (RFC 1123 label), and of a label's value. */
const MAX_NAME = 63;
const ADMIN_SUFFIX = '-admin';

/** Whether Gateways of a class get proxies of their own. */
export function isManagedClass(gatewayClass: GatewayClass, { managedGateways = false }: ControllerSettings): boolean {
  return managedGateways && (gatewayClass.metadata.annotations?.[UNMANAGED_ANNOTATION] ?? '') === '';
}

/** The plane whose proxies serve a Gateway of ours: its own, or the shared one. */
export function planeOf(gateway: Gateway, settings: ControllerSettings, read: TrackedRead): PlaneName {
  const gatewayClass = read.get<GatewayClass>('GatewayClass', '', gateway.spec.gatewayClassName);
  return gatewayClass !== null && isManagedClass(gatewayClass, settings) ? (gateway.metadata.uid ?? SHARED_PLANE) : SHARED_PLANE;
}

/**
 * Settings as they apply to a target: Gateways are managed with proxies of our own alone; with Kong, which opens no ports at
 * run time, all of them share its proxies.
 */
export function settingsFor(target: Pick<TargetProfile, 'kind'>, settings: ControllerSettings): ControllerSettings {
  return target.kind === 'gibbon' || settings.managedGateways !== true ? settings : { ...settings, managedGateways: false };
}

/**
 * Name of an entity that several planes may have, each its own: ids are made of names. Within the shared plane it is the name
 * alone, elsewhere it ends with `~<plane>`.
 */
export function planeEntityName(name: string, plane: PlaneName): string {
  return plane === SHARED_PLANE ? name : `${name}~${plane}`;
}

/**
 * Name of the Deployment, ServiceAccount and Service of a managed Gateway: `<gateway>-<class>`, cut and made unique by a hash
 * where that is too long.
 * @see https://gateway-api.sigs.k8s.io/geps/gep-1762/
 */
export function managedName(gateway: Gateway): string {
  return shortName(`${gateway.metadata.name}-${gateway.spec.gatewayClassName}`, MAX_NAME - ADMIN_SUFFIX.length);
}

/** Name of the headless Service of the Admin APIs of a managed Gateway's proxies. */
export function managedAdminName(gateway: Gateway): string {
  return `${managedName(gateway)}${ADMIN_SUFFIX}`;
}

/** Value of {@link MANAGED_LABELS.gatewayName}. */
export function gatewayNameLabel(gateway: Gateway): string {
  return cut(gateway.metadata.name, gateway.metadata.name, MAX_NAME);
}

/** Key of a managed Gateway's Service, as objects are read: namespace and name. */
export function managedService(gateway: Gateway): { readonly namespace: string; readonly name: string } {
  return { namespace: namespaceOf(gateway), name: managedName(gateway) };
}

/** Names of Services have no dots and begin with a letter; those of Gateways are less strict. */
function shortName(name: string, longest: number): string {
  const plain = name.replaceAll('.', '-');
  return cut(/^[a-z]/.test(plain) ? plain : `g${plain}`, name, longest);
}

/** `text` itself where it is short enough and all that there is of `name`; otherwise its beginning and a hash of `name`. */
function cut(text: string, name: string, longest: number): string {
  if (text === name && text.length <= longest) return text;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 10);
  return `${text.slice(0, longest - digest.length - 1).replace(/[-.]+$/, '')}-${digest}`;
}
