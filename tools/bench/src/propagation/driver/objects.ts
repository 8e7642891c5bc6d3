import type { KubeObject } from '@gibbon/contracts/resource';
import { GATEWAY_CONTROLLER_NAME } from '@gibbon/contracts/translator';
import type { ApiResource } from '@gibbon/k8s-client';

const GATEWAY_GROUP = 'gateway.networking.k8s.io';

/** Where objects of a kind are. */
export const RESOURCES = {
  Namespace: { group: '', version: 'v1', plural: 'namespaces' },
  Service: { group: '', version: 'v1', plural: 'services' },
  ServiceAccount: { group: '', version: 'v1', plural: 'serviceaccounts' },
  EndpointSlice: { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices' },
  ClusterRoleBinding: { group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'clusterrolebindings' },
  CustomResourceDefinition: { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' },
  GatewayClass: { group: GATEWAY_GROUP, version: 'v1', plural: 'gatewayclasses' },
  Gateway: { group: GATEWAY_GROUP, version: 'v1', plural: 'gateways' },
  HTTPRoute: { group: GATEWAY_GROUP, version: 'v1', plural: 'httproutes' },
} as const satisfies Readonly<Record<string, ApiResource>>;

export type Kind = keyof typeof RESOURCES;

/** An object that is created. */
export interface Manifest extends KubeObject {
  readonly kind: Kind;
  readonly [field: string]: unknown;
}

/** The Gateway that all routes are attached to, unless they are told another. */
export const GATEWAY = 'bench';
/** Namespace of everything but the many routes. */
export const NAMESPACE = 'default';
/** Ports on which the upstream listens at every address. */
export const UPSTREAM_PORTS = [8080, 8081] as const;

const CLASS = 'bench';

function manifest(kind: Kind, namespace: string, name: string, rest: Readonly<Record<string, unknown>>): Manifest {
  const { group, version } = RESOURCES[kind];
  const metadata = { ...(namespace === '' ? {} : { namespace }), name };
  return { apiVersion: group === '' ? version : `${group}/${version}`, kind, metadata, ...rest };
}

export function namespaceObject(name: string): Manifest {
  return manifest('Namespace', '', name, {});
}

/** A class whose Gateways share the proxies of the controller. */
export function gatewayClass(): Manifest {
  const made = manifest('GatewayClass', '', CLASS, { spec: { controllerName: GATEWAY_CONTROLLER_NAME } });
  return { ...made, metadata: { ...made.metadata, annotations: { 'konghq.com/gatewayclass-unmanaged': 'true' } } };
}

export function gateway(name: string): Manifest {
  const listener = { name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } };
  return manifest('Gateway', NAMESPACE, name, { spec: { gatewayClassName: CLASS, listeners: [listener] } });
}

/** A Service without a selector, so that nobody else makes endpoints for it. */
export function service(namespace: string, name: string, ports: readonly number[] = [80]): Manifest {
  const listed = ports.map((port, index) => ({ name: portName(index), port, targetPort: UPSTREAM_PORTS[index] ?? UPSTREAM_PORTS[0] }));
  return manifest('Service', namespace, name, { spec: { ports: listed } });
}

/** The endpoints of a Service: one address on which the upstream's ports answer. */
export function endpoints(namespace: string, name: string, address: string, ports = 1): Manifest {
  const made = manifest('EndpointSlice', namespace, name, {
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: UPSTREAM_PORTS.slice(0, ports).map((port, index) => ({ name: portName(index), port, protocol: 'TCP' })),
  });
  return { ...made, metadata: { ...made.metadata, labels: { 'kubernetes.io/service-name': name } } };
}

function portName(index: number): string {
  return `p${index}`;
}

/** What an HTTPRoute is made of. */
export interface RouteOptions {
  readonly namespace: string;
  readonly name: string;
  readonly host: string;
  readonly rules: readonly unknown[];
  /** Default {@link GATEWAY}. */
  readonly gateway?: string;
}

export function httpRoute({ namespace, name, host, rules, gateway: parent = GATEWAY }: RouteOptions): Manifest {
  const parentRefs = [{ name: parent, namespace: NAMESPACE }];
  return manifest('HTTPRoute', namespace, name, { spec: { hostnames: [host], parentRefs, rules } });
}

/** A rule that sends a prefix to one port of a Service. */
export function rule(prefix: string, backend: string, { port = 80, filters = [] }: { port?: number; filters?: readonly unknown[] } = {}) {
  return {
    matches: [{ path: { type: 'PathPrefix', value: prefix } }],
    backendRefs: [{ name: backend, port }],
    ...(filters.length === 0 ? {} : { filters }),
  };
}

const ADDED_HEADERS = [
  { type: 'RequestHeaderModifier', requestHeaderModifier: { add: [{ name: 'added-header', value: 'added-value' }] } },
  { type: 'ResponseHeaderModifier', responseHeaderModifier: { add: [{ name: 'added-resp-header', value: 'added-resp-value' }] } },
];

/**
 * A route whose second rule, for every other path, has a backend that does not exist: a route of which only a part is
 * served shows as 500.
 */
export function probeRoute(name: string, host: string, prefix: string): Manifest {
  const rules = [rule(prefix, 'backend', { filters: ADDED_HEADERS }), rule('/', 'invalid-backend', { filters: ADDED_HEADERS })];
  return httpRoute({ namespace: NAMESPACE, name, host, rules });
}

/** One of the many: a route with a Service and an address of its own. */
export interface ManyRoute {
  readonly namespace: string;
  readonly name: string;
  readonly host: string;
  readonly path: string;
  readonly address: string;
}

const PER_NAMESPACE = 100;

/** Number `index` of the many, from 0; a hundred to a namespace. @param variant another address and path of the same route. */
export function manyRoute(index: number, variant = 0): ManyRoute {
  const namespace = `scale-${Math.floor(index / PER_NAMESPACE)}`;
  const name = `app-${index % PER_NAMESPACE}`;
  const host = `${name}.${namespace}.example.com`;
  // 10.192.0.0 to 10.223.255.255, a part for each variant.
  const address = `10.${192 + (variant % 16) * 2 + Math.floor(index / 65_536)}.${Math.floor(index / 256) % 256}.${index % 256}`;
  return { namespace, name, host, path: `/path-${index}-${variant}`, address };
}

/** The range of all addresses of {@link manyRoute}. */
export const MANY_ADDRESSES = '10.192.0.0/11';

/** The namespaces of the first `count` of the many. */
export function manyNamespaces(count: number): readonly string[] {
  return Array.from({ length: Math.ceil(count / PER_NAMESPACE) }, (_, index) => `scale-${index}`);
}

/** What is created for one of the many, in this order. */
export function manyManifests(one: ManyRoute): readonly Manifest[] {
  const { namespace, name } = one;
  return [service(namespace, name), endpoints(namespace, name, one.address), manyHttpRoute(one)];
}

export function manyHttpRoute({ namespace, name, host, path }: ManyRoute): Manifest {
  return httpRoute({ namespace, name, host, rules: [rule(path, name)] });
}
