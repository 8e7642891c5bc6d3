import { createToken, type Token } from '../module/token.ts';

/** What traffic an address of a target may get: all, none, all because nothing checks it, or none because its name has no address. */
export type AddressState = 'healthy' | 'unhealthy' | 'healthchecks_off' | 'dns_error';

/** Health of one address of an upstream's target. */
export interface AddressHealthReport {
  /** Name of the upstream. */
  readonly upstream: string;
  /** The target as configured, `host:port`. */
  readonly target: string;
  /** `ip:port`; empty for `dns_error`. */
  readonly address: string;
  readonly state: AddressState;
}

/** The health of all upstreams as this thread sees it, for metrics. */
export interface UpstreamHealthReporter {
  /** Calls `report` for every address of every target. Synchronous; called once per scrape. */
  reportAll(report: (health: AddressHealthReport) => void): void;
}

/** The {@link UpstreamHealthReporter} of this thread, where there is one. */
export const UPSTREAM_HEALTH: Token<UpstreamHealthReporter> = createToken<UpstreamHealthReporter>('gibbon/upstream-health@1');
