import { describe, expect, it } from 'vitest';
import { REPORT } from '../report/fixtures.test-support.ts';
import { parseReport } from '../report/report.ts';
import { conclude, describeResult } from './describe-results.ts';
import type { Outcome, TestResult } from './suite-output.ts';

const result = (name: string, outcome: Outcome, output: readonly string[] = []): TestResult => ({ name, outcome, seconds: 1.25, output });
const ENDED = { exitCode: 0, seconds: 9, lastWords: ['said last'] };
const EMPTY = parseReport('kind: ConformanceReport\nprofiles: null\n');

describe('describeResult', () => {
  it('is a line, and what a failed test said', () => {
    expect(describeResult(result('One', 'passed', ['said']))).toEqual(['ok    One  1.3 s']);
    expect(describeResult(result('One', 'failed', ['said']))).toEqual(['FAIL  One  1.3 s', 'said']);
  });

  it('says for want of what a test did not run', () => {
    expect(describeResult(result('One', 'skipped', ['Skipping One: suite does not support Mesh']))).toEqual(['skip  One  needs Mesh']);
    expect(describeResult(result('One', 'skipped'))).toEqual(['skip  One']);
  });
});

describe('conclude', () => {
  it('is good when something passed and nothing failed', () => {
    expect(conclude({ ...ENDED, results: [result('One', 'passed'), result('Two', 'skipped')], report: EMPTY })).toEqual({
      good: true,
      lines: ['', 'PASSED in 9 s', '1 passed, 0 failed'],
    });
  });

  it('is bad when a test failed, by the report or before our eyes', () => {
    const { good, lines } = conclude({ ...ENDED, exitCode: 1, results: [result('One', 'failed')], report: parseReport(REPORT) });
    expect(good).toBe(false);
    expect(lines[1]).toBe('Failed: HTTPRouteWeight, One');
    expect(lines.slice(-2)).toEqual(['FAILED in 9 s', '0 passed, 2 failed']);
  });

  it('is bad when nothing ran, or the suite ended badly', () => {
    expect(conclude({ ...ENDED, results: [result('One', 'skipped')], report: EMPTY }).good).toBe(false);
    expect(conclude({ ...ENDED, exitCode: null, results: [result('One', 'passed')], report: EMPTY })).toEqual({
      good: false,
      lines: ['', 'The suite ended with a signal:', 'said last', 'FAILED in 9 s', '1 passed, 0 failed'],
    });
  });
});
