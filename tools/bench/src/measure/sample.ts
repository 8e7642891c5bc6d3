import type { CpuTime } from './process-usage.ts';
import { spreadOf, type Spread } from './statistics.ts';
import type { LoadResult } from './wrk.ts';

/** One subject under load, once. */
export interface Sample {
  /** Microseconds of CPU per request. */
  readonly userUs: number;
  readonly systemUs: number;
  readonly requestsPerSecond: number;
  readonly residentBytes: number;
  readonly failures: number;
}

/** What was measured, per request. Throws when no request succeeded. */
export function sampleOf(before: CpuTime, after: CpuTime, load: LoadResult, residentBytes: number): Sample {
  if (load.requests === 0) throw new Error('not one request was answered');
  return {
    userUs: (after.userUs - before.userUs) / load.requests,
    systemUs: (after.systemUs - before.systemUs) / load.requests,
    requestsPerSecond: load.requests / load.seconds,
    residentBytes,
    failures: load.failures,
  };
}

/** All rounds of one subject. */
export interface Summary {
  readonly name: string;
  /** CPU per request against the reference of the same round; `null` when the reference did not run. */
  readonly ratio: Spread | null;
  readonly cpuUs: Spread;
  /** Medians. */
  readonly userUs: number;
  readonly systemUs: number;
  readonly requestsPerSecond: number;
  readonly residentBytes: number;
  readonly failures: number;
}

/**
 * Sums the rounds up. Ratios are taken within a round, where both were measured minutes apart at the most, and only then compared.
 * @param samples by subject, one per round.
 */
export function summarise(samples: ReadonlyMap<string, readonly Sample[]>, reference: string): readonly Summary[] {
  const cpuOf = (sample: Sample): number => sample.userUs + sample.systemUs;
  const base = samples.get(reference)?.map(cpuOf) ?? null;
  const median = (values: readonly number[]): number => spreadOf(values).median;
  return [...samples].map(([name, rounds]) => {
    const cpu = rounds.map(cpuOf);
    return {
      name,
      ratio: base === null ? null : spreadOf(cpu.map((us, round) => us / (base[round] as number))),
      cpuUs: spreadOf(cpu),
      userUs: median(rounds.map((sample) => sample.userUs)),
      systemUs: median(rounds.map((sample) => sample.systemUs)),
      requestsPerSecond: median(rounds.map((sample) => sample.requestsPerSecond)),
      residentBytes: median(rounds.map((sample) => sample.residentBytes)),
      failures: rounds.reduce((sum, sample) => sum + sample.failures, 0),
    };
  });
}
