import type { KubeObject } from '@gibbon/contracts/resource';

/** What a request is hashed by: at most one of the fields, `cookie` with `cookiePath`. */
export interface UpstreamHash {
  readonly input?: 'ip' | 'consumer' | 'path' | 'none';
  readonly header?: string;
  readonly cookie?: string;
  readonly cookiePath?: string;
  readonly queryArg?: string;
  readonly uriCapture?: string;
}

/** When a target counts as healthy. */
export interface HealthyThresholds {
  readonly httpStatuses?: readonly number[];
  /** Seconds between probes of a healthy target; active only. */
  readonly interval?: number;
  readonly successes?: number;
}

/** When a target counts as unhealthy. */
export interface UnhealthyThresholds {
  readonly httpFailures?: number;
  readonly httpStatuses?: readonly number[];
  readonly tcpFailures?: number;
  readonly timeouts?: number;
  /** Seconds between probes of an unhealthy target; active only. */
  readonly interval?: number;
}

/** Type of a health check. */
export type PolicyHealthCheckType = 'http' | 'https' | 'tcp' | 'grpc' | 'grpcs';

/** Active and passive health checks. */
export interface UpstreamHealthChecks {
  readonly active?: {
    readonly type?: PolicyHealthCheckType;
    readonly concurrency?: number;
    /** Seconds. */
    readonly timeout?: number;
    readonly httpPath?: string;
    readonly httpsSni?: string;
    readonly httpsVerifyCertificate?: boolean;
    readonly headers?: Readonly<Record<string, readonly string[]>>;
    readonly healthy?: HealthyThresholds;
    readonly unhealthy?: UnhealthyThresholds;
  };
  readonly passive?: {
    readonly type?: PolicyHealthCheckType;
    readonly healthy?: HealthyThresholds;
    readonly unhealthy?: UnhealthyThresholds;
  };
  /** Percent of weight that must be available. */
  readonly threshold?: number;
}

/**
 * A KongUpstreamPolicy (configuration.konghq.com/v1beta1): settings of a Service's upstreams.
 * @see https://developer.konghq.com/kubernetes-ingress-controller/reference/custom-resources/#kongupstreampolicy
 */
export interface KongUpstreamPolicy extends KubeObject {
  readonly kind: 'KongUpstreamPolicy';
  readonly spec?: {
    readonly algorithm?: string;
    readonly slots?: number;
    readonly hashOn?: UpstreamHash;
    readonly hashOnFallback?: UpstreamHash;
    readonly stickySessions?: { readonly cookie?: string; readonly cookiePath?: string };
    readonly healthchecks?: UpstreamHealthChecks;
  };
}

/** A KongIngress (configuration.konghq.com/v1), deprecated: only `upstream` is read, in Kong's own field names. */
export interface KongIngress extends KubeObject {
  readonly kind: 'KongIngress';
  readonly upstream?: Readonly<Record<string, unknown>>;
}
