import type { KubeObject } from '@gibbon/contracts/resource';

/** API group of the Gateway API. */
export const GATEWAY_GROUP = 'gateway.networking.k8s.io';

/** Name of a protocol that a listener speaks; the API allows others, domain-prefixed. */
export type ListenerProtocol = 'HTTP' | 'HTTPS' | 'TLS' | 'TCP' | 'UDP' | (string & Record<never, never>);

/** An object by group, kind and name in the namespace of whoever names it. */
export interface LocalObjectReference {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** A Secret, by default; another namespace needs a ReferenceGrant there. */
export interface SecretObjectReference {
  /** Default: core. */
  readonly group?: string;
  /** Default `Secret`. */
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
}

/** One requirement of a label selector. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | (string & Record<never, never>);
  readonly values?: readonly string[];
}

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly LabelRequirement[];
}

/** Which routes may attach to a listener. */
export interface AllowedRoutes {
  readonly namespaces?: {
    readonly from?: 'Same' | 'All' | 'Selector' | 'None' | (string & Record<never, never>);
    readonly selector?: LabelSelector;
  };
  /** Default: the kinds that fit the listener's protocol. */
  readonly kinds?: readonly { readonly group?: string; readonly kind: string }[];
}

/** TLS of a listener. */
export interface ListenerTls {
  /** Default `Terminate`. */
  readonly mode?: 'Terminate' | 'Passthrough' | (string & Record<never, never>);
  readonly certificateRefs?: readonly SecretObjectReference[];
  readonly options?: Readonly<Record<string, string>>;
}

/** Where a Gateway listens. @see https://gateway-api.sigs.k8s.io/reference/spec/#listener */
export interface Listener {
  /** Unique in the Gateway; routes name it by `sectionName`. */
  readonly name: string;
  /** A name or `*.` and a name; absent for every host. */
  readonly hostname?: string;
  readonly port: number;
  readonly protocol: ListenerProtocol;
  readonly tls?: ListenerTls;
  readonly allowedRoutes?: AllowedRoutes;
}

/** An address that a Gateway asks for. */
export interface GatewayAddress {
  /** Default `IPAddress`. */
  readonly type?: string;
  readonly value?: string;
}

/** A class of Gateways. @see https://gateway-api.sigs.k8s.io/api-types/gatewayclass/ */
export interface GatewayClass extends KubeObject {
  readonly kind: 'GatewayClass';
  readonly spec: {
    readonly controllerName: string;
    readonly description?: string;
    readonly parametersRef?: LocalObjectReference & { readonly namespace?: string };
  };
}

/** A Gateway. @see https://gateway-api.sigs.k8s.io/api-types/gateway/ */
export interface Gateway extends KubeObject {
  readonly kind: 'Gateway';
  readonly spec: {
    readonly gatewayClassName: string;
    readonly listeners: readonly Listener[];
    readonly addresses?: readonly GatewayAddress[];
    readonly infrastructure?: {
      readonly labels?: Readonly<Record<string, string>>;
      readonly annotations?: Readonly<Record<string, string>>;
      readonly parametersRef?: LocalObjectReference;
    };
  };
}

/** Lets objects of other namespaces refer to objects of its own. @see https://gateway-api.sigs.k8s.io/api-types/referencegrant/ */
export interface ReferenceGrant extends KubeObject {
  readonly kind: 'ReferenceGrant';
  readonly spec: {
    readonly from: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[];
    /** Without `name`: every object of the kind. */
    readonly to: readonly { readonly group: string; readonly kind: string; readonly name?: string }[];
  };
}
