/** Where a benchmark writes for people. */
export type Print = (line: string) => void;

/** One thing that `npm run bench -- NAME` measures. */
export interface Benchmark {
  readonly name: string;
  readonly summary: string;
  /** Its flags, in one line. */
  readonly usage: string;
  /**
   * @param args what follows the name. @returns the exit code. Rejects with a {@link UsageError} for flags that it does not take, and when
   * something essential is missing. Stops early, and cleanly, when `signal` is aborted.
   */
  run(args: readonly string[], print: Print, signal: AbortSignal): Promise<number>;
}

/** What is wrong with a command line. */
export class UsageError extends Error {}
