import type { HealthReport } from '@gibbon/contracts/health';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterReport, type HealthLimits, isAvailable, NEW_ADDRESS, settled } from './health-word.ts';

const LIMITS: HealthLimits = { successes: 2, tcpFailures: 2, httpFailures: 3, timeouts: 4 };

function after(reports: readonly HealthReport[], limits = LIMITS, from = NEW_ADDRESS): boolean {
  return isAvailable(reports.reduce((word, report) => afterReport(word, report, limits), from));
}

describe('afterReport', () => {
  it('starts available and stays so with successes', () => {
    expect(isAvailable(NEW_ADDRESS)).toBe(true);
    expect(afterReport(NEW_ADDRESS, 'success', LIMITS)).toBe(NEW_ADDRESS);
    expect(afterReport(NEW_ADDRESS, 'ignore', LIMITS)).toBe(NEW_ADDRESS);
  });

  it('takes an address out when one kind of failure reaches its limit', () => {
    expect(after(['tcp_failure'])).toBe(true);
    expect(after(['tcp_failure', 'tcp_failure'])).toBe(false);
    expect(after(['http_failure', 'tcp_failure', 'http_failure', 'timeout'])).toBe(true);
    expect(after(['http_failure', 'tcp_failure', 'http_failure', 'http_failure'])).toBe(false);
    expect(after(['timeout', 'timeout', 'timeout', 'timeout'])).toBe(false);
  });

  it('forgets failures with a success, and successes with a failure', () => {
    expect(after(['tcp_failure', 'success', 'tcp_failure'])).toBe(true);
    expect(after(['success', 'tcp_failure', 'success'], LIMITS, settled(false))).toBe(false);
    expect(after(['success', 'success'], LIMITS, settled(false))).toBe(true);
  });

  it('does not count what has no limit, so that failures add up where successes do not count', () => {
    const limits = { successes: 0, tcpFailures: 2, httpFailures: 0, timeouts: 0 };
    expect(after(['http_failure', 'http_failure', 'timeout', 'timeout'], limits)).toBe(true);
    expect(after(['tcp_failure', 'success', 'tcp_failure'], limits)).toBe(false);
    expect(after(['success', 'success', 'success'], limits, settled(false))).toBe(false);
  });

  it('counts up to 255', () => {
    const limits = { successes: 255, tcpFailures: 255, httpFailures: 255, timeouts: 255 };
    const failures = Array.from({ length: 254 }, (): HealthReport => 'timeout');
    expect(after(failures, limits)).toBe(true);
    expect(after([...failures, 'timeout'], limits)).toBe(false);
    expect(
      after(
        Array.from({ length: 254 }, (): HealthReport => 'success'),
        limits,
        settled(false),
      ),
    ).toBe(false);
    expect(
      after(
        Array.from({ length: 255 }, (): HealthReport => 'success'),
        limits,
        settled(false),
      ),
    ).toBe(true);
  });

  it('equals the plain state machine on every sequence of reports', () => {
    const report = fc.constantFrom<HealthReport>('success', 'http_failure', 'tcp_failure', 'timeout', 'ignore');
    const limit = fc.constantFrom(0, 1, 2, 3, 255);
    const limits = fc.record({ successes: limit, tcpFailures: limit, httpFailures: limit, timeouts: limit });
    fc.assert(
      fc.property(fc.array(fc.tuple(report, limits), { maxLength: 40 }), (reports) => {
        const plain = new PlainMachine();
        let word = NEW_ADDRESS;
        for (const [each, limitsOfEach] of reports) {
          plain.report(each, limitsOfEach);
          word = afterReport(word, each, limitsOfEach);
          expect(isAvailable(word)).toBe(plain.available);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** The machine as it is described, with a state and four counters. */
class PlainMachine {
  state: 'healthy' | 'mostly_healthy' | 'mostly_unhealthy' | 'unhealthy' = 'healthy';
  counters: Record<string, number> = { success: 0, tcp_failure: 0, http_failure: 0, timeout: 0 };

  get available(): boolean {
    return this.state === 'healthy' || this.state === 'mostly_healthy';
  }

  report(report: HealthReport, limits: HealthLimits): void {
    if (report === 'ignore') return;
    const limit = {
      success: limits.successes,
      tcp_failure: limits.tcpFailures,
      http_failure: limits.httpFailures,
      timeout: limits.timeouts,
    }[report];
    const goal = report === 'success' ? 'healthy' : 'unhealthy';
    if (limit === 0 || this.state === goal) return;
    const { success = 0 } = this.counters;
    this.counters = report === 'success' ? { success } : { ...this.counters, success: 0 };
    const count = (this.counters[report] ?? 0) + 1;
    this.counters[report] = count;
    if (count >= limit) this.state = goal;
    else if (goal === 'unhealthy' && this.state === 'healthy') this.state = 'mostly_healthy';
    else if (goal === 'healthy' && this.state === 'unhealthy') this.state = 'mostly_unhealthy';
  }
}
