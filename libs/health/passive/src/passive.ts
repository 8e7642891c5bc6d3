import type { HealthReport, PassiveHealthCheck } from '@gibbon/contracts/health';

const GATEWAY_TIMEOUT = 504;
const STATUSES = 1000;

/** Judges attempts by two lists of statuses; a table, so that a judgement is one look-up. */
export class PassiveCheck implements PassiveHealthCheck {
  readonly mode = 'passive';
  readonly #reports: readonly HealthReport[];

  /** A status in both lists counts as healthy, as in Kong. */
  constructor(healthy: readonly number[], unhealthy: readonly number[]) {
    const reports = new Array<HealthReport>(STATUSES).fill('ignore');
    for (const status of unhealthy) reports[status] = 'http_failure';
    for (const status of healthy) reports[status] = 'success';
    // Kong takes an upstream's own 504 for a timeout, whatever the lists say.
    reports[GATEWAY_TIMEOUT] = 'timeout';
    // No response although nothing failed to connect or to come in time: an answer that was none.
    reports[0] = 'http_failure';
    this.#reports = reports;
  }

  classify(status: number, failure: 'none' | 'connect' | 'timeout'): HealthReport {
    if (failure === 'timeout') return 'timeout';
    if (failure === 'connect') return 'tcp_failure';
    return this.#reports[status] ?? 'ignore';
  }
}
