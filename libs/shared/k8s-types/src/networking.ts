import type { KubeObject } from '@gibbon/contracts/resource';

/** A port of a Service, by number or by name: exactly one of both. */
export interface ServiceBackendPort {
  readonly number?: number;
  readonly name?: string;
}

/** A port of a Service. */
export interface IngressServiceBackend {
  readonly name: string;
  /** Absent: the Service's only port. The API server demands it of Ingresses. */
  readonly port?: ServiceBackendPort;
}

/** Where the requests of a rule go: a Service, or an object of another kind. */
export interface IngressBackend {
  readonly service?: IngressServiceBackend;
  readonly resource?: { readonly apiGroup?: string; readonly kind: string; readonly name: string };
}

/** How a path matches. @see https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types */
export type PathType = 'Exact' | 'Prefix' | 'ImplementationSpecific';

/** A path and its backend. */
export interface HTTPIngressPath {
  /** Default `/`. */
  readonly path?: string;
  /** Default `ImplementationSpecific`. */
  readonly pathType?: PathType;
  readonly backend: IngressBackend;
}

/** Paths of one host. */
export interface IngressRule {
  /** A host name, `*.example.com`, or absent for every host. */
  readonly host?: string;
  readonly http?: { readonly paths: readonly HTTPIngressPath[] };
}

/** Hosts and the Secret with their certificate. */
export interface IngressTLS {
  readonly hosts?: readonly string[];
  /** A Secret of the Ingress's namespace. */
  readonly secretName?: string;
}

/**
 * An Ingress (networking.k8s.io/v1).
 * @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/
 */
export interface Ingress extends KubeObject {
  readonly kind: 'Ingress';
  readonly spec?: {
    readonly ingressClassName?: string;
    readonly defaultBackend?: IngressBackend;
    readonly rules?: readonly IngressRule[];
    readonly tls?: readonly IngressTLS[];
  };
}

/**
 * An IngressClass (networking.k8s.io/v1).
 * @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-class-v1/
 */
export interface IngressClass extends KubeObject {
  readonly kind: 'IngressClass';
  readonly spec?: {
    readonly controller?: string;
    readonly parameters?: {
      readonly apiGroup?: string;
      readonly kind: string;
      readonly name: string;
      readonly namespace?: string;
      readonly scope?: string;
    };
  };
}
