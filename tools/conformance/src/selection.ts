import type { RunOptions } from './options.ts';
import type { Suite } from './suite/build-suite.ts';
import { knownName, knownNames } from './suite/feature-names.ts';
import { SUBSETS } from './suite/subsets.ts';

/** What decides which tests run. */
export type SelectionOptions = Pick<RunOptions, 'features' | 'tests' | 'skippedTests' | 'subset'>;

/** What of a suite runs. */
export type SuiteNames = Pick<Suite, 'tests' | 'features'>;

/**
 * Names of the tests to run; none for all.
 * @throws Error with tests and features that the suite does not have, and those that it has.
 */
export function testsToRun({ tests, subset, skippedTests, features }: SelectionOptions, suite: SuiteNames): readonly string[] {
  const chosen = subset === null ? tests : SUBSETS[subset];
  const names = suite.tests.map(({ name }) => name);
  const unknown = [...chosen, ...skippedTests].filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`the suite has no test ${unknown.join(', ')}; it has: ${names.join(', ')}`);
  const strange = (features ?? []).filter((name) => knownName(name, suite.features) === null);
  if (strange.length > 0) throw new Error(`the suite knows no feature ${strange.join(', ')}; it knows: ${suite.features.join(', ')}`);
  return chosen;
}

/**
 * Features to test, by the suite's names. A test that is asked for by name runs whatever is claimed.
 * @param claimed by the GatewayClass.
 */
export function featuresToTest({ features, tests }: SelectionOptions, suite: SuiteNames, claimed: readonly string[]): readonly string[] {
  return knownNames(features ?? (tests.length > 0 ? suite.features : claimed), suite.features);
}

/** Whether a run says all there is to say. */
export function isComplete({ features, tests, skippedTests, subset }: SelectionOptions): boolean {
  return features === null && tests.length === 0 && skippedTests.length === 0 && subset === null;
}
