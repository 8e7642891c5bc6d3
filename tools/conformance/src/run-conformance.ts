import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { workspaceVersion } from '@gibbon/image';
import { claimedFeatures, kubernetesVersion } from './cluster/gateway-class.ts';
import { prepareCluster, type PreparedCluster, type PrepareOptions } from './cluster/prepare.ts';
import type { RunOptions } from './options.ts';
import { DOCUMENT, recordResults } from './report/files.ts';
import { failedTests, parseReport, summaryLine } from './report/report.ts';
import { missingFeature, recordedTests } from './report/run-facts.ts';
import { keepPodLogs } from './run/pod-logs.ts';
import { relevantLines } from './run/relevant-lines.ts';
import { runSuite } from './run/run-suite.ts';
import type { TestResult } from './run/suite-output.ts';
import { ensureSuite, type Suite } from './suite/build-suite.ts';
import { knownName, knownNames, testedFeatures } from './suite/feature-names.ts';
import type { SuiteTest } from './suite/sources.ts';
import { SUBSETS } from './suite/subsets.ts';

/** Whom a run talks to. */
export interface Terminal extends PrepareOptions {
  readonly print: (line: string) => void;
  /** From which relative paths are meant. */
  readonly folder: string;
}

const DEFAULT_FOLDER = join(import.meta.dirname, '../../../dist/conformance');

/** A Gateway's proxies take memory and a core's time to start: more at once than this are no quicker where there are few cores. */
const FEW_CORES = 4;

/**
 * Prepares a cluster, runs the suite there and reports.
 * @returns the exit code: 0 when no test failed, otherwise 1.
 * @throws Error when it does not come to tests.
 */
export async function runConformance(options: RunOptions, terminal: Terminal): Promise<number> {
  const { print, log, folder: from } = terminal;
  const folder = options.logs === null ? DEFAULT_FOLDER : resolve(from, options.logs);
  const suite = await ensureSuite(terminal);
  const tests = testsToRun(options, suite);
  if (options.logs === null) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const cluster = await prepareCluster(suite, options, terminal);
  const logs = keepPodLogs(cluster.testbed);
  try {
    return await testCluster({ options, terminal, suite, tests, cluster, folder });
  } finally {
    await logs.collect(join(folder, 'pods')).catch((error: unknown) => log((error as Error).message));
    print(`Output and logs: ${folder}`);
    await cluster.release();
  }
}

interface Run {
  readonly options: RunOptions;
  readonly terminal: Terminal;
  readonly suite: Suite;
  /** Empty: all. */
  readonly tests: readonly string[];
  readonly cluster: PreparedCluster;
  readonly folder: string;
}

async function testCluster({ options, terminal, suite, tests, cluster, folder }: Run): Promise<number> {
  const { print, signal } = terminal;
  const claimed = await claimedFeatures(cluster.testbed, options.gatewayClass);
  const features = knownNames(featuresToTest(options, suite, claimed), suite.features);
  const results: TestResult[] = [];
  const parallel = options.parallel ?? defaultParallel();
  const startedAt = performance.now();
  const end = await runSuite(cluster.testbed, suite, {
    ...options,
    tests,
    parallel,
    folder,
    signal,
    features,
    version: workspaceVersion(),
    ended: (result) => {
      results.push({ ...result, output: result.outcome === 'skipped' ? result.output : [] });
      for (const line of describeResult(result)) print(line);
    },
  });
  signal.throwIfAborted();
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const text = readReport(end.reportFile, end.outputFile);
  if (options.report !== null) saveReport(text, resolve(terminal.folder, options.report));
  const report = parseReport(text);
  if (isComplete(options)) {
    const kubernetes = await kubernetesVersion(cluster.testbed);
    recordResults(text, {
      suite: suite.version,
      definitions: cluster.definitions,
      kubernetes,
      claimed,
      tested: testedFeatures(claimed, passedTests(suite, results), suite.features),
      parallel,
      seconds,
      tests: recordedTests(results),
    });
    print(`Wrote ${DOCUMENT}`);
  }
  return conclude({ exitCode: end.exitCode, seconds, results }, report, print);
}

function conclude(
  { exitCode, seconds, results }: { exitCode: number | null; seconds: number; results: readonly TestResult[] },
  report: ReturnType<typeof parseReport>,
  print: (line: string) => void,
): number {
  const failed = [...new Set([...failedTests(report), ...results.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name)])];
  print('');
  if (failed.length > 0) print(`Failed: ${failed.join(', ')}`);
  for (const profile of report.profiles) print(summaryLine(profile));
  const passed = results.filter(({ outcome }) => outcome === 'passed').length;
  const good = exitCode === 0 && failed.length === 0 && passed > 0;
  print(`${good ? 'PASSED' : 'FAILED'}: ${passed} tests passed, ${failed.length} failed in ${seconds} s`);
  return good ? 0 : 1;
}

/** @returns the lines that say how a test ended: one, and for a failed one what it said. */
function describeResult({ name, outcome, seconds, output }: TestResult): readonly string[] {
  const took = `${seconds.toFixed(1)} s`;
  if (outcome === 'passed') return [`ok    ${name}  ${took}`];
  if (outcome === 'failed') return [`FAIL  ${name}  ${took}`, ...relevantLines(output)];
  const feature = missingFeature(output);
  return [`skip  ${name}${feature === null ? '' : `  needs ${feature}`}`];
}

/** @throws Error with names that the suite does not have. */
function testsToRun({ tests, subset, skippedTests, features }: RunOptions, suite: Suite): readonly string[] {
  const chosen = subset === null ? tests : SUBSETS[subset];
  const names = suite.tests.map(({ name }) => name);
  const unknown = [...chosen, ...skippedTests].filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`the suite has no test ${unknown.join(', ')}; it has: ${names.join(', ')}`);
  const strange = (features ?? []).filter((name) => knownName(name, suite.features) === null);
  if (strange.length > 0) throw new Error(`the suite knows no feature ${strange.join(', ')}; it knows: ${suite.features.join(', ')}`);
  return chosen;
}

/** A test that is asked for by name runs whatever is claimed. */
function featuresToTest({ features, tests }: RunOptions, suite: Suite, claimed: readonly string[]): readonly string[] {
  if (features !== null) return features;
  return tests.length > 0 ? suite.features : claimed;
}

function passedTests({ tests }: Suite, results: readonly TestResult[]): readonly SuiteTest[] {
  const passed = new Set(results.filter(({ outcome }) => outcome === 'passed').map(({ name }) => name));
  return tests.filter(({ name }) => passed.has(name));
}

/** Whether a run says all there is to say. */
function isComplete({ features, tests, skippedTests, subset }: RunOptions): boolean {
  return features === null && tests.length === 0 && skippedTests.length === 0 && subset === null;
}

function defaultParallel(): number {
  const cores = availableParallelism();
  return cores <= FEW_CORES ? 2 : Math.floor(cores / 2);
}

function readReport(file: string, output: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`the suite ended without a report; it said:\n${relevantLines(readFileSync(output, 'utf8').split('\n')).join('\n')}`, {
      cause,
    });
  }
}

function saveReport(text: string, file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
