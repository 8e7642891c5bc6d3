import { codeOf } from '@gibbon/contracts/errors';
import { EXIT_FAILED } from './exit-codes.ts';

/** Runs a command's work; a foreseen error (one with a `GW_` code) becomes a line on standard error, any other is thrown on. */
export async function reportFailure(command: string, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (codeOf(error)?.startsWith('GW_') !== true) throw error;
    process.stderr.write(`gibbon ${command}: ${(error as Error).message}\n`);
    return EXIT_FAILED;
  }
}
