import { describe, expect, it } from 'vitest';
import { missingFeature, recordedTests } from './run-facts.ts';

const UNSUPPORTED = '    conformance.go:58: Skipping GRPCRouteWeight: suite does not support GRPCRoute';

describe('missingFeature', () => {
  it('is the one that the suite names', () => {
    expect(missingFeature(['something', UNSUPPORTED])).toBe('GRPCRoute');
  });

  it('is none where a test was left out on demand', () => {
    expect(missingFeature(['    conformance.go:70: Skipping HTTPRouteWeight: test explicitly skipped'])).toBeNull();
  });
});

describe('recordedTests', () => {
  it('has no tests of features that are not claimed, and all others by name', () => {
    const result = (name: string, outcome: 'passed' | 'skipped', output: readonly string[] = []) => ({ name, outcome, seconds: 1, output });
    expect(recordedTests([result('B', 'passed'), result('C', 'skipped', [UNSUPPORTED]), result('A', 'skipped')])).toEqual([
      { name: 'A', outcome: 'skipped' },
      { name: 'B', outcome: 'passed' },
    ]);
  });
});
