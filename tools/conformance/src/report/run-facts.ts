import type { Definitions } from '../suite/versions.ts';
import type { TestResult } from '../run/suite-output.ts';

/** What a report does not say of its run. */
export interface RunFacts {
  /** Release of the suite, without the `v`. */
  readonly suite: string;
  /** Those that were installed. The report does not say where they are newer than the suite. */
  readonly definitions: Definitions;
  readonly kubernetes: string;
  /** Features that the GatewayClass claims. */
  readonly claimed: readonly string[];
  /** Those of them, by the names that are claimed, that a test which passed needed. */
  readonly tested: readonly string[];
  /** Tests that ran at once in the suite's parallel part. */
  readonly parallel: number;
  /** Of the suite, in seconds. */
  readonly seconds: number;
  /** Without those whose features are not claimed, in alphabetical order. */
  readonly tests: readonly Pick<TestResult, 'name' | 'outcome'>[];
}

/** The tests of a run as they are recorded. */
export function recordedTests(results: readonly TestResult[]): RunFacts['tests'] {
  return results
    .filter(({ outcome, output }) => outcome !== 'skipped' || missingFeature(output) === null)
    .map(({ name, outcome }) => ({ name, outcome }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The feature for want of which a test did not run; `null` where that is not why. */
export function missingFeature(output: readonly string[]): string | null {
  for (const line of output) {
    const feature = /suite does not support (\w+)/.exec(line)?.[1];
    if (feature !== undefined) return feature;
  }
  return null;
}
