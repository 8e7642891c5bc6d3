import type { UnitKey } from '@gibbon/contracts/translator';
import type { ServiceBackendPort } from '@gibbon/k8s-types';

/** Port text of a backend that names no port: the Service's only one. Not a valid port name, so it cannot clash. */
export const IMPLICIT_PORT = 'implicitPort';

/** A port of a Service, as an Ingress names it. */
export interface ServicePortRef {
  readonly namespace: string;
  readonly service: string;
  /** A number, a port name, or {@link IMPLICIT_PORT}. */
  readonly port: string;
}

/** The port as names and unit keys have it. */
export function portText(port: ServiceBackendPort | undefined): string {
  if (port?.number !== undefined) return String(port.number);
  return port?.name || IMPLICIT_PORT;
}

/** Name of the Kong service of a Service's port. */
export function kongServiceName(ref: ServicePortRef): string {
  return `${ref.namespace}.${ref.service}.${ref.port}`;
}

/** Name of the upstream of a Service's port, which is the Kong service's host. */
export function kongUpstreamName(ref: ServicePortRef): string {
  return `${ref.service}.${ref.namespace}.${ref.port}.svc`;
}

/** Name of the route of an Ingress to one Service port under one host; empty for every host. */
export function kongRouteName(ingress: string, host: string, ref: ServicePortRef): string {
  return `${ref.namespace}.${ingress}.${ref.service}.${host.replaceAll('*', '_')}.${ref.port}`;
}

/** Derived unit that yields the Kong service of a Service's port. */
export const SERVICE_PORT_UNIT = 'service-port';
/** Derived unit that yields the upstream and targets of a Service's port. */
export const SERVICE_ENDPOINTS_UNIT = 'service-endpoints';
/** Derived unit that yields an upstream over several Services, as the reference controller has them for routes of the Gateway API. */
export const BACKEND_GROUP_UNIT = 'backend-group';
/** Derived unit that yields the plugins bound to one object. */
export const PLUGIN_BINDING_UNIT = 'plugin-binding';
/** Derived unit that yields the owner of one TLS server name. */
export const SNI_UNIT = 'sni';
/** Derived unit that yields the certificate of one Secret. */
export const CERTIFICATE_UNIT = 'certificate';

/** Key of a derived unit of a Service's port. */
export function servicePortUnit(kind: typeof SERVICE_PORT_UNIT | typeof SERVICE_ENDPOINTS_UNIT, ref: ServicePortRef): UnitKey {
  return `${kind}:${ref.namespace}/${ref.service}/${ref.port}`;
}

/** The port that {@link servicePortUnit} named. */
export function parseServicePort(id: string): ServicePortRef {
  const [namespace = '', service = '', port = ''] = id.split('/');
  return { namespace, service, port };
}

/** Key of the unit with the plugins of another unit. */
export function pluginBindingUnit(of: UnitKey): UnitKey {
  return `${PLUGIN_BINDING_UNIT}:${of}`;
}

/** Key of the unit of an object. */
export function objectUnit(kind: string, namespace: string, name: string): UnitKey {
  return `${kind}:${namespace}/${name}`;
}

/** An upstream over the ports of one or more Services. */
export interface BackendGroup {
  /** Name of the upstream. */
  readonly name: string;
  /** The HTTPRoute that it is for. */
  readonly route: { readonly namespace: string; readonly name: string };
  /** Ports that exist, in the order of the rule; a `null` weight is Kong's default. */
  readonly backends: readonly (ServicePortRef & { readonly weight: number | null })[];
}

/** Key of the unit of a group: all that it is made from. */
export function backendGroupUnit({ name, route, backends }: BackendGroup): UnitKey {
  const rows = backends.map(({ namespace, service, port, weight }) => [namespace, service, port, weight]);
  return `${BACKEND_GROUP_UNIT}:${JSON.stringify([name, route.namespace, route.name, rows])}`;
}

/** The group that {@link backendGroupUnit} named. */
export function parseBackendGroup(id: string): BackendGroup {
  const [name, namespace, route, rows] = JSON.parse(id) as [string, string, string, [string, string, string, number | null][]];
  return {
    name,
    route: { namespace, name: route },
    backends: rows.map(([backendNamespace, service, port, weight]) => ({ namespace: backendNamespace, service, port, weight })),
  };
}
