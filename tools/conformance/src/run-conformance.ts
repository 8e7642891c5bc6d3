import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { workspaceVersion } from '@gibbon/image';
import { claimedFeatures, kubernetesVersion } from './cluster/gateway-class.ts';
import { prepareCluster, type PreparedCluster, type PrepareOptions } from './cluster/prepare.ts';
import type { RunOptions } from './options.ts';
import { DOCUMENT, recordResults } from './report/files.ts';
import { parseReport } from './report/report.ts';
import { recordedTests, type RunFacts } from './report/run-facts.ts';
import { conclude, describeResult, type EndedRun, type Verdict } from './run/describe-results.ts';
import { keepPodLogs } from './run/pod-logs.ts';
import { relevantLines } from './run/relevant-lines.ts';
import { OUTPUT_FILE, REPORT_FILE, runSuite } from './run/run-suite.ts';
import type { TestResult } from './run/suite-output.ts';
import { featuresToTest, isComplete, testsToRun } from './selection.ts';
import { ensureSuite, type Suite } from './suite/build-suite.ts';
import { testedFeatures } from './suite/feature-names.ts';

/** Whom a run talks to. */
export interface Terminal extends PrepareOptions {
  readonly print: (line: string) => void;
  /** From which relative paths are meant. */
  readonly folder: string;
}

const DEFAULT_FOLDER = join(import.meta.dirname, '../../../dist/conformance');
const PODS_FOLDER = 'pods';
const LEFT_BEHIND = [PODS_FOLDER, REPORT_FILE, OUTPUT_FILE];

/** How much of the output is looked at where the suite fails by itself: its report is at the end. */
const LAST_LINES = 400;

/** A Gateway's proxies take memory and a core's time to start: more at once than this are no quicker where there are few cores. */
const FEW_CORES = 4;

/**
 * Prepares a cluster, runs the suite there and reports.
 * @returns the exit code: 0 when no test failed, otherwise 1.
 * @throws Error when it does not come to tests.
 */
export async function runConformance(options: RunOptions, terminal: Terminal): Promise<number> {
  const { log } = terminal;
  const folder = options.logs === null ? DEFAULT_FOLDER : resolve(terminal.folder, options.logs);
  const suite = await ensureSuite(terminal);
  const tests = testsToRun(options, suite);
  mkdirSync(folder, { recursive: true });
  // What a run before has left would be taken for this one's.
  for (const name of LEFT_BEHIND) rmSync(join(folder, name), { recursive: true, force: true });
  const cluster = await prepareCluster(suite, options, terminal);
  const logs = keepPodLogs(cluster.testbed);
  let verdict: Verdict;
  try {
    verdict = await testCluster({ options, terminal, suite, tests, cluster, folder });
  } finally {
    await logs.collect(join(folder, PODS_FOLDER)).catch((error: unknown) => log((error as Error).message));
    await cluster.release();
    log(`Output and logs: ${folder}`);
  }
  for (const line of verdict.lines) terminal.print(line);
  return verdict.good ? 0 : 1;
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

async function testCluster(run: Run): Promise<Verdict> {
  const { options, terminal, suite, cluster } = run;
  const claimed = await claimedFeatures(cluster.testbed, options.gatewayClass);
  const parallel = options.parallel ?? defaultParallel();
  const { text, ...ended } = await runTests(run, featuresToTest(options, suite, claimed), parallel);
  if (options.report !== null) saveReport(text, resolve(terminal.folder, options.report));
  if (isComplete(options)) {
    recordResults(text, await factsOf({ run, ended, claimed, parallel }));
    terminal.log(`Wrote ${DOCUMENT}`);
  }
  return conclude(ended);
}

/** @returns the end of the run, and the text of the suite's report. @throws Error when it was interrupted, or left no report. */
async function runTests(run: Run, features: readonly string[], parallel: number): Promise<EndedRun & { readonly text: string }> {
  const { options, terminal, suite, tests, cluster, folder } = run;
  const { print, signal } = terminal;
  const results: TestResult[] = [];
  const startedAt = performance.now();
  const { exitCode, reportFile, outputFile } = await runSuite(cluster.testbed, suite, {
    ...options,
    tests,
    features,
    parallel,
    folder,
    signal,
    version: workspaceVersion(),
    ended: (result) => {
      results.push({ ...result, output: result.outcome === 'skipped' ? result.output : [] });
      for (const line of describeResult(result)) print(line);
    },
  });
  signal.throwIfAborted();
  const text = readReport(reportFile, outputFile);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  return { exitCode, results, text, report: parseReport(text), seconds, lastWords: lastLines(outputFile) };
}

interface Facts {
  readonly run: Run;
  readonly ended: EndedRun;
  readonly claimed: readonly string[];
  readonly parallel: number;
}

async function factsOf({ run: { suite, cluster }, ended: { results, seconds }, claimed, parallel }: Facts): Promise<RunFacts> {
  const passed = new Set(results.filter(({ outcome }) => outcome === 'passed').map(({ name }) => name));
  const passedTests = suite.tests.filter(({ name }) => passed.has(name));
  return {
    suite: suite.version,
    definitions: cluster.definitions,
    kubernetes: await kubernetesVersion(cluster.testbed),
    claimed,
    tested: testedFeatures(claimed, passedTests, suite.features),
    parallel,
    seconds,
    tests: recordedTests(results),
  };
}

function defaultParallel(): number {
  const cores = availableParallelism();
  return cores <= FEW_CORES ? 2 : Math.floor(cores / 2);
}

function readReport(file: string, output: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`the suite ended without a report; it said:\n${relevantLines(lastLines(output)).join('\n')}`, { cause });
  }
}

function lastLines(file: string): readonly string[] {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LAST_LINES);
}

function saveReport(text: string, file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
