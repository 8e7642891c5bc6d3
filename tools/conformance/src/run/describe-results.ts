import { failedTests, summaryLine, type ConformanceReport } from '../report/report.ts';
import { missingFeature } from '../report/run-facts.ts';
import { relevantLines } from './relevant-lines.ts';
import type { TestResult } from './suite-output.ts';

/** Lines for people about a test that ended: one, and for a failed one what it said. */
export function describeResult({ name, outcome, seconds, output }: TestResult): readonly string[] {
  const took = `${seconds.toFixed(1)} s`;
  if (outcome === 'passed') return [`ok    ${name}  ${took}`];
  if (outcome === 'failed') return [`FAIL  ${name}  ${took}`, ...relevantLines(output)];
  const feature = missingFeature(output);
  return [`skip  ${name}${feature === null ? '' : `  needs ${feature}`}`];
}

/** A run that is over. */
export interface EndedRun {
  /** Of the suite. */
  readonly exitCode: number | null;
  readonly seconds: number;
  readonly results: readonly TestResult[];
  readonly report: ConformanceReport;
  /** The last lines of the suite's output. */
  readonly lastWords: readonly string[];
}

/** What is to be said of a run. */
export interface Verdict {
  readonly good: boolean;
  /** For people; the last two say whether it was good, and how many tests passed and failed, as `npm test` says it. */
  readonly lines: readonly string[];
}

/** Judges a run: good is one in which nothing failed, and something passed. */
export function conclude({ exitCode, seconds, results, report, lastWords }: EndedRun): Verdict {
  const ended = results.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
  const failed = [...new Set([...failedTests(report), ...ended])].sort();
  const passed = results.filter(({ outcome }) => outcome === 'passed').length;
  const good = exitCode === 0 && failed.length === 0 && passed > 0;
  const lines = [
    '',
    ...(failed.length > 0 ? [`Failed: ${failed.join(', ')}`] : []),
    ...(exitCode !== 0 && failed.length === 0 ? [`The suite ended with ${exitCode ?? 'a signal'}:`, ...relevantLines(lastWords)] : []),
    ...report.profiles.map(summaryLine),
    `${good ? 'PASSED' : 'FAILED'} in ${seconds} s`,
    `${passed} passed, ${failed.length} failed`,
  ];
  return { good, lines };
}
