import { describe, expect, it } from 'vitest';
import { featuresToTest, isComplete, testsToRun, type SelectionOptions } from './selection.ts';
import { SUBSETS } from './suite/subsets.ts';

const SUITE = {
  tests: ['GatewayOne', 'RouteTwo', ...SUBSETS.short].map((name) => ({ name, features: ['Gateway'] })),
  features: ['Gateway', 'HTTPRoute', 'HTTPRouteRetry'],
};
const ALL: SelectionOptions = { features: null, tests: [], skippedTests: [], subset: null };

describe('testsToRun', () => {
  it('are all, those that are named, or those of a subset', () => {
    expect(testsToRun(ALL, SUITE)).toEqual([]);
    expect(testsToRun({ ...ALL, tests: ['RouteTwo'] }, SUITE)).toEqual(['RouteTwo']);
    expect(testsToRun({ ...ALL, subset: 'short' }, SUITE)).toEqual(SUBSETS.short);
  });

  it('refuses what the suite does not have, before anything is started', () => {
    expect(() => testsToRun({ ...ALL, tests: ['Three'] }, SUITE)).toThrow(/no test Three; it has: GatewayOne, RouteTwo/);
    expect(() => testsToRun({ ...ALL, skippedTests: ['Four'] }, SUITE)).toThrow(/no test Four/);
    expect(() => testsToRun({ ...ALL, features: ['Five'] }, SUITE)).toThrow(/no feature Five; it knows: Gateway, HTTPRoute/);
  });
});

describe('featuresToTest', () => {
  const claimed = ['Gateway', 'HTTPRouteRetryCodes', 'Newer'];

  it('are those that are claimed, as far as the suite knows them', () => {
    expect(featuresToTest(ALL, SUITE, claimed)).toEqual(['Gateway', 'HTTPRouteRetry']);
  });

  it('are those that are asked for, and all where tests are asked for', () => {
    expect(featuresToTest({ ...ALL, features: ['HTTPRoute'] }, SUITE, claimed)).toEqual(['HTTPRoute']);
    expect(featuresToTest({ ...ALL, tests: ['RouteTwo'] }, SUITE, claimed)).toEqual(SUITE.features);
  });
});

describe('isComplete', () => {
  it('is a run without any restriction, and no other', () => {
    expect(isComplete(ALL)).toBe(true);
    const restricted: readonly SelectionOptions[] = [
      { ...ALL, features: [] },
      { ...ALL, tests: ['RouteTwo'] },
      { ...ALL, skippedTests: ['RouteTwo'] },
      { ...ALL, subset: 'short' },
    ];
    expect(restricted.map(isComplete)).toEqual([false, false, false, false]);
  });
});
