import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import type { Testbed } from '@gibbon/testbed';
import type { Suite } from '../suite/build-suite.ts';
import { SuiteOutput, type TestResult } from './suite-output.ts';

/** What of a suite runs, and how. */
export interface SuiteRun {
  readonly gatewayClass: string;
  readonly profiles: readonly string[];
  /** By the suite's names. */
  readonly features: readonly string[];
  /** Empty: all. */
  readonly tests: readonly string[];
  readonly skippedTests: readonly string[];
  readonly parallel: number;
  /** Whether what the suite has made stays. */
  readonly keep: boolean;
  /** Folder for the report and the whole output. */
  readonly folder: string;
  /** Version of Gibbon, for the report. */
  readonly version: string;
  readonly signal?: AbortSignal | undefined;
  /** Told of each test that ends. */
  readonly ended: (result: TestResult) => void;
}

/** What a run leaves. */
export interface SuiteEnd {
  /** The suite's own verdict: 0 when nothing failed. */
  readonly exitCode: number | null;
  readonly reportFile: string;
  readonly outputFile: string;
}

/** Names in the folder of a run. */
export const REPORT_FILE = 'report.yaml';
export const OUTPUT_FILE = 'suite.log';

/** The suite bounds each test by itself; this is for what hangs. */
const TIMEOUT = '90m';

/** Of the testbed's load balancers, but so far up that it is not given out. */
const USABLE_ADDRESS = '10.20.250.250';
/** @see https://datatracker.ietf.org/doc/html/rfc5737 an address of nobody. */
const UNUSABLE_ADDRESS = '192.0.2.1';

/** The suite's command line. */
export function suiteArguments(run: SuiteRun, reportFile: string): readonly string[] {
  const tests = run.tests.length === 0 ? '' : `/^(${run.tests.join('|')})$`;
  return [
    `-test.run=^TestConformance$${tests}`,
    '-test.v=test2json',
    `-test.timeout=${TIMEOUT}`,
    `-test.parallel=${run.parallel}`,
    `--gateway-class=${run.gatewayClass}`,
    `--conformance-profiles=${run.profiles.join(',')}`,
    `--supported-features=${run.features.join(',')}`,
    `--skip-tests=${run.skippedTests.join(',')}`,
    `--cleanup-base-resources=${!run.keep}`,
    // The definitions may be those of a newer release.
    '--allow-crds-mismatch=true',
    `--usable-address=${USABLE_ADDRESS}`,
    `--unusable-address=${UNUSABLE_ADDRESS}`,
    `--report-output=${reportFile}`,
    '--organization=gibbon',
    '--project=gibbon',
    '--url=https://gibbon.dev',
    `--version=${run.version}`,
    '--contact=https://gibbon.dev',
  ];
}

/**
 * Runs the suite inside a testbed, where all addresses can be reached.
 * @throws Error when it cannot be started.
 */
export async function runSuite(testbed: Testbed, suite: Suite, run: SuiteRun): Promise<SuiteEnd> {
  mkdirSync(run.folder, { recursive: true });
  const reportFile = join(run.folder, REPORT_FILE);
  const outputFile = join(run.folder, OUTPUT_FILE);
  const child = testbed.spawn([suite.program, ...suiteArguments(run, reportFile)], { cwd: run.folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = (): void => void child.kill('SIGTERM');
  run.signal?.addEventListener('abort', stop);
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on('error', reject).on('close', resolve);
  const file = createWriteStream(outputFile);
  const output = new SuiteOutput(run.ended);
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      file.write(`${line}\n`);
      output.line(line);
    });
  }
  try {
    return { exitCode: await promise, reportFile, outputFile };
  } finally {
    run.signal?.removeEventListener('abort', stop);
    file.end();
    await finished(file);
  }
}
