/** One stream of requests. */
export interface LoadTarget {
  /** Address of a load balancer, Service or pod. */
  readonly address: string;
  readonly port: number;
  readonly host: string;
  readonly path: string;
}

/** What the load generator is told. */
export interface LoadPlan {
  readonly targets: readonly LoadTarget[];
  /** Connections to each target that are kept; each sends its next request when it has its answer. */
  readonly kept: number;
  /** Loops for each target that open a connection for each request. */
  readonly fresh: number;
  /** Between an answer and the next request, in milliseconds. */
  readonly pauseMs: number;
}

/** A request that had no 200. */
export interface LoadFailure {
  /** Since the start, in milliseconds. */
  readonly atMs: number;
  readonly host: string;
  readonly kept: boolean;
  /** A status, or what went wrong with the connection. */
  readonly what: string;
}

/** What the load generator found. */
export interface LoadReport {
  readonly requests: number;
  /** The first failures, all of them counted in {@link failed}. */
  readonly failures: readonly LoadFailure[];
  readonly failed: number;
  /** Answers by the pod that gave them. */
  readonly pods: Readonly<Record<string, number>>;
  readonly slowestMs: number;
}
