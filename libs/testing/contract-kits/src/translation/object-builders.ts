import type { KubeObject } from '@gibbon/contracts/resource';

/** Fields of an object, as YAML has them. */
export type Fields = Readonly<Record<string, unknown>>;
/** Annotations of an object. */
export type Annotations = Readonly<Record<string, string>>;

/** Any object. */
export function kubeObject(apiVersion: string, kind: string, metadata: Fields, fields: Fields = {}): KubeObject {
  return { apiVersion, kind, metadata, ...fields } as unknown as KubeObject;
}

/** What an Ingress of tests says. */
export interface IngressOptions {
  readonly service: string;
  readonly host: string;
  readonly plugins?: string;
  readonly namespace?: string;
  readonly created?: string;
  readonly port?: Fields;
  readonly ingressClass?: string | undefined;
  readonly isDefault?: boolean;
  readonly tlsSecret?: string;
}

/** An Ingress with one path and what its options add. */
export function ingress(name: string, options: IngressOptions): KubeObject {
  const {
    service: target,
    host,
    plugins = '',
    namespace = 'shop',
    created,
    port = { number: 80 },
    ingressClass,
    isDefault = false,
    tlsSecret,
  } = options;
  const backend = { service: { name: target, port } };
  return kubeObject(
    'networking.k8s.io/v1',
    'Ingress',
    {
      namespace,
      name,
      annotations: plugins === '' ? {} : { 'konghq.com/plugins': plugins },
      ...(created !== undefined && { creationTimestamp: created }),
    },
    {
      spec: {
        ...('ingressClass' in options ? ingressClass !== undefined && { ingressClassName: ingressClass } : { ingressClassName: 'kong' }),
        ...(isDefault && { defaultBackend: backend }),
        rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
        ...(tlsSecret !== undefined && { tls: [{ hosts: [host], secretName: tlsSecret }] }),
      },
    },
  );
}

/** A Service with a port 80 named `http`. */
export function service(name: string, annotations: Annotations = {}, namespace = 'shop'): KubeObject {
  return kubeObject('v1', 'Service', { namespace, name, annotations }, { spec: { ports: [{ name: 'http', port: 80, targetPort: 8080 }] } });
}

/** The one EndpointSlice of a Service. */
export function endpointSlice(of: string, addresses: readonly string[], namespace = 'shop'): KubeObject {
  return kubeObject(
    'discovery.k8s.io/v1',
    'EndpointSlice',
    { namespace, name: `${of}-1`, labels: { 'kubernetes.io/service-name': of } },
    {
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080 }],
      endpoints: addresses.map((address) => ({ addresses: [address] })),
    },
  );
}

/** A KongPlugin that sets a header. */
export function plugin(name: string, fields: Fields = {}, namespace = 'shop'): KubeObject {
  return kubeObject(
    'configuration.konghq.com/v1',
    'KongPlugin',
    { namespace, name },
    { plugin: 'correlation-id', config: { header_name: 'x-id' }, ...fields },
  );
}
