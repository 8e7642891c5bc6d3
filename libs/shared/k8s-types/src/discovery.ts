import type { KubeObject } from '@gibbon/contracts/resource';
import type { PortProtocol } from './core.ts';

/** State of an endpoint; an absent field means unknown, which counts as ready and not terminating. */
export interface EndpointConditions {
  readonly ready?: boolean | null;
  readonly serving?: boolean | null;
  readonly terminating?: boolean | null;
}

/** One backend of a Service. */
export interface Endpoint {
  /** All of them name the same backend; the first is used. */
  readonly addresses: readonly string[];
  readonly conditions?: EndpointConditions;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly zone?: string;
  /** The object behind it: a Pod, as a rule. */
  readonly targetRef?: { readonly kind?: string; readonly name?: string; readonly uid?: string } | null;
}

/** A port that every endpoint of the slice has. */
export interface EndpointPort {
  /** Name of the Service's port; absent or empty for an unnamed one. */
  readonly name?: string | null;
  readonly protocol?: PortProtocol | null;
  /** `null` or absent: all ports. */
  readonly port?: number | null;
}

/** Label of an EndpointSlice that names its Service. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

/**
 * An EndpointSlice (discovery.k8s.io/v1).
 * @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/
 */
export interface EndpointSlice extends KubeObject {
  readonly kind: 'EndpointSlice';
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN';
  readonly endpoints?: readonly Endpoint[] | null;
  readonly ports?: readonly EndpointPort[] | null;
}
