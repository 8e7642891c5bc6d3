import { parseArgs } from 'node:util';
import { UsageError } from '../benchmark.ts';

/** What can be measured, in the order in which it is. */
export const SCENARIOS = ['probe', 'change', 'attached', 'scale', 'restart'] as const;

export type ScenarioName = (typeof SCENARIOS)[number];

/** What the command line of the propagation benchmark says. */
export interface PropagationOptions {
  /** Routes, Services and EndpointSlices that are there when the rest is measured with many of them. */
  readonly routes: number;
  /** Routes that are created one after the other, each measured, once alone and once with the many. */
  readonly probes: number;
  /** Milliseconds between two requests of a probe. */
  readonly intervalMs: number;
  /** Routes that are attached to a Gateway and detached again. */
  readonly attached: number;
  /** Changes of a route while it serves. */
  readonly changes: number;
  /** Seconds for which the many routes keep changing. */
  readonly seconds: number;
  /** Threads of the proxy. */
  readonly workers: number;
  readonly only: readonly ScenarioName[];
  /** Where the results go as JSON; `null`: nowhere. */
  readonly json: string | null;
  /** Folder for CPU profiles of controller and proxy; `null`: none are made. They slow both down. */
  readonly profile: string | null;
}

export const PROPAGATION_USAGE =
  '[--routes N] [--probes N] [--interval-ms N] [--attached N] [--changes N] [--seconds N] [--workers N] ' +
  `[--only ${SCENARIOS.join(',')}] [--json FILE] [--profile DIR]`;

/** Whole numbers with the largest that is taken: every run ends. */
const NUMBERS = {
  routes: { default: 5000, most: 20_000 },
  probes: { default: 300, most: 5000 },
  'interval-ms': { default: 3, most: 1000 },
  attached: { default: 1000, most: 5000 },
  changes: { default: 500, most: 5000 },
  seconds: { default: 60, most: 1800 },
  workers: { default: 0, most: 60 },
} as const;

/** Reads the flags after the benchmark's name. @throws UsageError */
export function parsePropagationOptions(args: readonly string[]): PropagationOptions {
  const values = read(args);
  const number = (name: keyof typeof NUMBERS): number => numberOf(name, values[name]);
  return {
    routes: number('routes'),
    probes: number('probes'),
    intervalMs: number('interval-ms'),
    attached: number('attached'),
    changes: number('changes'),
    seconds: number('seconds'),
    workers: number('workers'),
    only: scenariosOf(values['only']),
    json: values['json'] ?? null,
    profile: values['profile'] ?? null,
  };
}

function read(args: readonly string[]): Readonly<Record<string, string | undefined>> {
  const names = [...Object.keys(NUMBERS), 'only', 'json', 'profile'];
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
    return parseArgs({ args: [...args], strict: true, options }).values as Readonly<Record<string, string | undefined>>;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function numberOf(name: keyof typeof NUMBERS, text: string | undefined): number {
  const { default: usual, most } = NUMBERS[name];
  if (text === undefined) return usual;
  const least = name === 'workers' ? 0 : 1;
  if (!/^\d{1,6}$/.test(text) || Number(text) < least || Number(text) > most)
    throw new UsageError(`--${name} takes a whole number from ${least} to ${most}, not '${text}'`);
  return Number(text);
}

function scenariosOf(text: string | undefined): readonly ScenarioName[] {
  if (text === undefined) return SCENARIOS;
  const names = text.split(',');
  const unknown = names.find((name) => !(SCENARIOS as readonly string[]).includes(name));
  if (unknown !== undefined) throw new UsageError(`--only takes ${SCENARIOS.join(', ')}, not '${unknown}'`);
  return SCENARIOS.filter((name) => names.includes(name));
}
