import { GatewayError } from '@gibbon/contracts/errors';

/** One thing that keeps the process from starting. */
export interface BootProblem {
  /** What it concerns: a module id, a token, a package. */
  readonly subject: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** Everything that is wrong, in one error. */
export class BootError extends GatewayError {
  readonly problems: readonly BootProblem[];

  constructor(problems: readonly BootProblem[]) {
    super('GW_KERNEL_BOOT', formatProblems(problems), { source: 'config' });
    this.problems = problems;
  }
}

/** One line per problem: `subject: message`. */
export function formatProblems(problems: readonly BootProblem[]): string {
  return problems.map(({ subject, message }) => `${subject}: ${message}`).join('\n');
}
