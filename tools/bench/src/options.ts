import { parseArgs } from 'node:util';

/** What the command line of a benchmark says. */
export interface BenchOptions {
  /** Where the results go as JSON; `null`: nowhere. */
  readonly json: string | null;
  readonly rounds: number;
  /** Seconds under load per subject and round. */
  readonly seconds: number;
  readonly connections: number;
  /** Profiles our own proxy after the measurement. */
  readonly profile: boolean;
  /** Subjects to run; empty: all. */
  readonly only: readonly string[];
}

/** What is wrong with a command line. */
export interface OptionProblem {
  readonly problem: string;
}

const DEFAULTS = { rounds: '5', seconds: '5', connections: '64' };

/** Reads the flags after the benchmark's name. */
export function parseOptions(args: readonly string[]): BenchOptions | OptionProblem {
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args: [...args],
      strict: true,
      options: {
        json: { type: 'string' },
        rounds: { type: 'string', default: DEFAULTS.rounds },
        seconds: { type: 'string', default: DEFAULTS.seconds },
        connections: { type: 'string', default: DEFAULTS.connections },
        only: { type: 'string', default: '' },
        profile: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    return { problem: (error as Error).message };
  }
  const rounds = positive(values['rounds']);
  const seconds = positive(values['seconds']);
  const connections = positive(values['connections']);
  if (rounds === null || seconds === null || connections === null)
    return { problem: '--rounds, --seconds and --connections take whole numbers from 1' };
  const only = String(values['only'])
    .split(',')
    .filter((name) => name !== '');
  return {
    json: typeof values['json'] === 'string' ? values['json'] : null,
    rounds,
    seconds,
    connections,
    profile: values['profile'] === true,
    only,
  };
}

function positive(text: string | boolean | undefined): number | null {
  return typeof text === 'string' && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : null;
}
