import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import type { Sample, Summary } from '../measure/sample.ts';

/** What a result file holds: enough to compare with another one and to know whether that is fair. */
export interface ProxyResult {
  readonly benchmark: string;
  readonly at: string;
  readonly machine: { readonly node: string; readonly cpu: string; readonly cores: number };
  readonly settings: { readonly rounds: number; readonly seconds: number; readonly connections: number };
  /** Ratios are against this one. */
  readonly reference: string;
  readonly missing: readonly string[];
  readonly summaries: readonly Summary[];
  readonly samples: Readonly<Record<string, readonly Sample[]>>;
}

/** The machine that this runs on. */
export function describeMachine(): ProxyResult['machine'] {
  return { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() };
}

/** Writes a result file. */
export function writeResult(file: string, result: ProxyResult): void {
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
}
