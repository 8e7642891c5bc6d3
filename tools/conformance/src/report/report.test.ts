import { describe, expect, it } from 'vitest';
import { failedTests, parseReport, summaryLine } from './report.ts';
import { REPORT } from './fixtures.test-support.ts';

describe('parseReport', () => {
  it('reads results by profile, in the order of their names', () => {
    expect(parseReport(REPORT).profiles.map(summaryLine)).toEqual([
      'GATEWAY-HTTP: core 32 passed, 1 failed; extended 9 passed, 0 failed, 1 skipped',
      'GATEWAY-TLS: core 11 passed, 0 failed',
    ]);
  });

  it('collects what failed', () => {
    expect(failedTests(parseReport(REPORT))).toEqual(['HTTPRouteWeight']);
  });

  it('reads a report without profiles, which is what a run without a test leaves', () => {
    expect(parseReport('kind: ConformanceReport\nprofiles: null\n').profiles).toEqual([]);
  });

  it('refuses another file', () => {
    expect(() => parseReport('kind: Other\n')).toThrow(/not a ConformanceReport: kind: Other/);
  });
});
