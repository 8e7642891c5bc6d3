import { parse } from 'yaml';

/** Counts of a level. */
export interface LevelReport {
  readonly result: 'success' | 'partial' | 'failure';
  readonly statistics: { readonly Passed: number; readonly Failed: number; readonly Skipped: number };
  readonly failedTests?: readonly string[];
  readonly skippedTests?: readonly string[];
}

/** Results of a profile. */
export interface ProfileReport {
  readonly name: string;
  readonly summary: string;
  readonly core: LevelReport;
  /** Absent where no extended feature was tested. */
  readonly extended?: LevelReport & { readonly supportedFeatures?: readonly string[]; readonly unsupportedFeatures?: readonly string[] };
}

/** The suite's report, as far as it is read here. */
export interface ConformanceReport {
  readonly kind: 'ConformanceReport';
  readonly date: string;
  readonly gatewayAPIVersion: string;
  readonly gatewayAPIChannel: string;
  readonly implementation: { readonly organization: string; readonly project: string; readonly version: string };
  readonly profiles: readonly ProfileReport[];
  readonly succeededProvisionalTests?: readonly string[];
}

/** Reads the suite's report. @throws Error when it is something else. */
export function parseReport(text: string): ConformanceReport {
  const report = parse(text) as ConformanceReport | null;
  if (report?.kind !== 'ConformanceReport') throw new Error(`not a ConformanceReport: ${text.slice(0, 80)}`);
  // A profile none of whose tests ran is not in the list, and the list not in the report.
  const profiles = [...((report.profiles as readonly ProfileReport[] | null | undefined) ?? [])];
  return { ...report, profiles: profiles.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** Tests of all profiles that failed, in alphabetical order. */
export function failedTests({ profiles }: ConformanceReport): readonly string[] {
  const failed = profiles.flatMap(({ core, extended }) => [...(core.failedTests ?? []), ...(extended?.failedTests ?? [])]);
  return [...new Set(failed)].sort();
}

/** A profile's results in a line. */
export function summaryLine({ name, core, extended }: ProfileReport): string {
  return `${name}: core ${counts(core)}${extended === undefined ? '' : `; extended ${counts(extended)}`}`;
}

function counts({ statistics: { Passed: passed, Failed: failed, Skipped: skipped } }: LevelReport): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}
