import type { HealthReport } from '@gibbon/contracts/health';

/**
 * Kong's health of one address, state and counters in 27 bits, so that one atomic exchange changes it:
 *
 * ```
 *   26 25 | 24      | 23..16   | 15..8 | 7..0
 *   state | success | timeouts | http  | tcp, or successes where bit 24 is set
 * ```
 * Successes clear the failures and failures clear the successes, so the two never need room at the same time.
 * @see https://developer.konghq.com/gateway/traffic-control/health-checks-circuit-breakers/
 */
export type HealthWord = number;

/** How many reports in a row change the state; 0 = reports of that kind are not counted. */
export interface HealthLimits {
  readonly successes: number;
  readonly tcpFailures: number;
  readonly httpFailures: number;
  readonly timeouts: number;
}

/** State of an address that was never reported. */
export const NEW_ADDRESS: HealthWord = 0;

const STATE_SHIFT = 25;
const HEALTHY = 0;
const MOSTLY_HEALTHY = 1;
const MOSTLY_UNHEALTHY = 2;
const UNHEALTHY = 3;
const SUCCESS_BIT = 1 << 24;
const COUNTERS = 0xff_ffff;
const MAX_COUNT = 0xff;

/** Whether an address takes traffic. */
export function isAvailable(word: HealthWord): boolean {
  return word >>> STATE_SHIFT < MOSTLY_UNHEALTHY;
}

/** The word of an address whose health was set by hand: counters clear. */
export function settled(healthy: boolean): HealthWord {
  return (healthy ? HEALTHY : UNHEALTHY) << STATE_SHIFT;
}

/** The word after a report; the same one when the report changes nothing. Pure arithmetic: called per proxied response. */
export function afterReport(word: HealthWord, report: HealthReport, limits: HealthLimits): HealthWord {
  switch (report) {
    case 'success':
      return afterSuccess(word, limits.successes);
    case 'tcp_failure':
      return afterFailure(word, limits.tcpFailures, 0);
    case 'http_failure':
      return afterFailure(word, limits.httpFailures, 8);
    case 'timeout':
      return afterFailure(word, limits.timeouts, 16);
    default:
      return word;
  }
}

function afterSuccess(word: HealthWord, limit: number): HealthWord {
  const state = word >>> STATE_SHIFT;
  if (limit === 0 || state === HEALTHY) return word;
  const before = (word & SUCCESS_BIT) === 0 ? 0 : word & MAX_COUNT;
  const count = Math.min(before + 1, MAX_COUNT);
  const next = count >= limit ? HEALTHY : state === UNHEALTHY ? MOSTLY_UNHEALTHY : state;
  return (next << STATE_SHIFT) | SUCCESS_BIT | count;
}

function afterFailure(word: HealthWord, limit: number, shift: number): HealthWord {
  const state = word >>> STATE_SHIFT;
  if (limit === 0 || state === UNHEALTHY) return word;
  const counters = (word & SUCCESS_BIT) === 0 ? word & COUNTERS : 0;
  const count = Math.min(((counters >>> shift) & MAX_COUNT) + 1, MAX_COUNT);
  const next = count >= limit ? UNHEALTHY : state === HEALTHY ? MOSTLY_HEALTHY : state;
  return (next << STATE_SHIFT) | (counters & ~(MAX_COUNT << shift)) | (count << shift);
}
