/** What a check saw of a target. `ignore`: neither good nor bad. */
export type HealthReport = 'success' | 'http_failure' | 'tcp_failure' | 'timeout' | 'ignore';

/** Where to probe. */
export interface ProbeTarget {
  readonly host: string;
  readonly port: number;
  /** Host name as configured, for the Host header and SNI. */
  readonly hostname: string;
}

/**
 * Probes one target once. Counting, thresholds, intervals and the state machine belong to the runtime.
 * Called by one thread of the process, at the configured interval.
 */
export interface ActiveHealthCheck {
  readonly mode: 'active';
  /** Resolves with what it saw, never rejects. Ends early when the signal aborts. */
  probe(target: ProbeTarget, signal: AbortSignal): Promise<HealthReport>;
}

/** Judges proxied traffic. Called on the request path: synchronous, no allocation. */
export interface PassiveHealthCheck {
  readonly mode: 'passive';
  /** @param status upstream's status, or 0 when there was no response. */
  classify(status: number, failure: 'none' | 'connect' | 'timeout'): HealthReport;
}

/** Static facts of a health check. */
export interface HealthTraits {
  readonly mode: 'active' | 'passive';
  /** Values of `healthchecks.active.type` (or `passive.type`) that it serves, e.g. `['http', 'https']`. */
  readonly types: readonly string[];
}
