import { EXIT_USAGE } from './exit-codes.ts';

/** Says what a command cannot do without. @returns the exit code. */
export function missingSetting(command: string, sentence: string): number {
  process.stderr.write(`gibbon ${command}: ${sentence}\nRun 'gibbon ${command} --help' for the settings.\n`);
  return EXIT_USAGE;
}
