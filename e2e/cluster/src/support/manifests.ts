import { createCertificate } from '@gibbon/x509';
import type { ObjectKey } from './objects.ts';

const GATEWAY_API = 'gateway.networking.k8s.io/v1';
const KONG = 'configuration.konghq.com/v1';

/** Where most objects of a test are. */
export interface Place {
  readonly namespace: string;
  readonly name: string;
}

/** A namespace that takes nothing but pods without privileges, those that are made in it for Gateways included. */
export function namespace(name: string): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } };
}

/** An Ingress of one host with one backend. @param plugins names of KongPlugins. */
export function ingress({ namespace: where, name }: Place, host: string, { backend = 'echo', plugins = '', path = '/' } = {}): object {
  const service = { name: backend, port: { number: 80 } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace: where, name, annotations: plugins === '' ? {} : { 'konghq.com/plugins': plugins } },
    spec: { ingressClassName: 'kong', rules: [{ host, http: { paths: [{ path, pathType: 'Prefix', backend: { service } }] } }] },
  };
}

/** A Gateway with HTTP listeners. @param gatewayClassName `kong`: on the shared proxies, `gibbon`: with its own. */
export function gateway({ namespace: where, name }: Place, gatewayClassName: 'kong' | 'gibbon', ports: readonly number[] = [80]): object {
  const listeners = ports.map((port) => ({ name: `http-${port}`, protocol: 'HTTP', port, allowedRoutes: { namespaces: { from: 'All' } } }));
  return { apiVersion: GATEWAY_API, kind: 'Gateway', metadata: { namespace: where, name }, spec: { gatewayClassName, listeners } };
}

/** What an HTTPRoute may have besides its host. */
export interface RouteOptions {
  readonly gateway?: string;
  readonly gatewayNamespace?: string;
  readonly backend?: string;
  readonly port?: number;
  readonly plugins?: string;
  readonly rules?: readonly object[];
}

/** An HTTPRoute of one host. */
export function httpRoute({ namespace: where, name }: Place, host: string, options: RouteOptions = {}): object {
  const { gateway: parent = 'web', gatewayNamespace = where, backend = 'echo', port = 80, plugins = '' } = options;
  const rules = options.rules ?? [{ backendRefs: [{ name: backend, port }] }];
  return {
    apiVersion: GATEWAY_API,
    kind: 'HTTPRoute',
    metadata: { namespace: where, name, annotations: plugins === '' ? {} : { 'konghq.com/plugins': plugins } },
    spec: { parentRefs: [{ name: parent, namespace: gatewayNamespace }], hostnames: [host], rules },
  };
}

/** A KongPlugin. */
export function kongPlugin({ namespace: where, name }: Place, plugin: string, config: object = {}): object {
  return { apiVersion: KONG, kind: 'KongPlugin', metadata: { namespace: where, name }, plugin, config };
}

/** A KongPlugin that adds a field to responses: to see whether it runs. */
export function stamp(place: Place, value: string): object {
  return kongPlugin(place, 'response-transformer', { add: { headers: [`x-stamp:${value}`] } });
}

/** A Secret with a certificate of a day for a name, signed by itself. */
export function certificate({ namespace: where, name }: Place, host: string): object {
  const now = Date.now();
  const { cert, key } = createCertificate({ names: [host], notBeforeMs: now - 3_600_000, notAfterMs: now + 86_400_000 });
  const stringData = { 'tls.crt': cert, 'tls.key': key };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: where, name }, type: 'kubernetes.io/tls', stringData };
}

/** Keys of the kinds that tests look at. */
export const keys = {
  gateway: (place: Place): ObjectKey => ({ apiVersion: GATEWAY_API, kind: 'Gateway', ...place }),
  httpRoute: (place: Place): ObjectKey => ({ apiVersion: GATEWAY_API, kind: 'HTTPRoute', ...place }),
  ingress: (place: Place): ObjectKey => ({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', ...place }),
  deployment: (place: Place): ObjectKey => ({ apiVersion: 'apps/v1', kind: 'Deployment', ...place }),
  service: (place: Place): ObjectKey => ({ apiVersion: 'v1', kind: 'Service', ...place }),
  pod: (place: Place): ObjectKey => ({ apiVersion: 'v1', kind: 'Pod', ...place }),
  lease: (place: Place): ObjectKey => ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', ...place }),
} as const;
