import type { BenchOptions } from './options.ts';

/** Where a benchmark writes for people. */
export type Print = (line: string) => void;

/** One thing that `npm run bench -- NAME` measures. */
export interface Benchmark {
  readonly name: string;
  readonly summary: string;
  /** @returns the exit code. Rejects when something essential is missing. Stops early, and cleanly, when `signal` is aborted. */
  run(options: BenchOptions, print: Print, signal: AbortSignal): Promise<number>;
}
