import type { KubeObject } from '@gibbon/contracts/resource';

/** Protocol of a Service's or an EndpointSlice's port. */
export type PortProtocol = 'TCP' | 'UDP' | 'SCTP';

/** @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/#ServiceSpec */
export interface ServicePort {
  /** Absent or empty where the Service has one port only. */
  readonly name?: string;
  readonly port: number;
  /** Port of the Pods: a number, or the name of a container port. Default: `port`. */
  readonly targetPort?: number | string;
  /** Default `TCP`. */
  readonly protocol?: PortProtocol;
  readonly appProtocol?: string;
}

/**
 * A Service (v1), as far as it is read.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/
 */
export interface Service extends KubeObject {
  readonly kind: 'Service';
  readonly spec?: {
    /** Default `ClusterIP`. */
    readonly type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
    readonly ports?: readonly ServicePort[];
    /** DNS name, for type `ExternalName`. */
    readonly externalName?: string;
    readonly clusterIP?: string;
    readonly clusterIPs?: readonly string[];
  };
  readonly status?: {
    readonly loadBalancer?: { readonly ingress?: readonly LoadBalancerIngress[] };
  };
}

/** Where a load balancer answers: an address or a host name. */
export interface LoadBalancerIngress {
  readonly ip?: string;
  readonly hostname?: string;
}

/**
 * A Secret (v1). Resources merge `stringData` into `data`, so translators read `data` alone.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/
 */
export interface Secret extends KubeObject {
  readonly kind: 'Secret';
  readonly type?: string;
  /** Values in base64. */
  readonly data?: Readonly<Record<string, string>>;
  /** Plain values, write-only in the API; wins over `data`. */
  readonly stringData?: Readonly<Record<string, string>>;
}

/** A ConfigMap (v1). */
export interface ConfigMap extends KubeObject {
  readonly kind: 'ConfigMap';
  readonly data?: Readonly<Record<string, string>>;
  /** Values in base64. */
  readonly binaryData?: Readonly<Record<string, string>>;
}

/** A Namespace (v1); its labels are what selectors read. */
export interface Namespace extends KubeObject {
  readonly kind: 'Namespace';
}
