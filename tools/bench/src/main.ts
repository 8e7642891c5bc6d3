import { UsageError, type Benchmark } from './benchmark.ts';
import { propagationBenchmark } from './propagation/propagation-benchmark.ts';
import { proxyBenchmark, transportBenchmark } from './proxy-benchmark.ts';
import { alignColumns } from './report/table.ts';

const BENCHMARKS: readonly Benchmark[] = [proxyBenchmark, transportBenchmark, propagationBenchmark];
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const USAGE = ['npm run bench -- list', ...BENCHMARKS.map(({ name, usage }) => `npm run bench -- ${name} ${usage}`)].join('\n');

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/**
 * The benchmarks' command line: `list`, or the name of one with its flags.
 * @param args without node and file. @returns the exit code: 0, 1 when it could not be measured, 2 for a wrong command line.
 */
export async function main(args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args;
  if (name === 'list' || name === '--help' || name === '') {
    print(alignColumns(BENCHMARKS.map((one) => [`${one.name.padEnd(12)}${one.summary}`])));
    print(`\n${USAGE}`);
    return name === '' ? EXIT_USAGE : 0;
  }
  const benchmark = BENCHMARKS.find((one) => one.name === name);
  if (benchmark === undefined) return refuse(`no benchmark '${name}', there are: ${BENCHMARKS.map((one) => one.name).join(', ')}`);
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return await benchmark.run(rest, print, interrupted.signal);
  } catch (error) {
    if (error instanceof UsageError) return refuse(`${error.message}\n${USAGE}`);
    process.stderr.write(`${interrupted.signal.aborted ? 'interrupted' : (error as Error).message}\n`);
    return EXIT_FAILED;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function refuse(problem: string): number {
  process.stderr.write(`${problem}\n`);
  return EXIT_USAGE;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
