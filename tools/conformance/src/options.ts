import { parseArgs } from 'node:util';
import type { Definitions } from './suite/versions.ts';
import { SUBSETS, type SubsetName } from './suite/subsets.ts';

/** A run of the suite, as a command line asks for it. */
export interface RunOptions {
  readonly kind: 'run';
  /** Conformance profiles; their core features are tested whether claimed or not. */
  readonly profiles: readonly string[];
  /** Features to test; `null`: those that the GatewayClass claims. */
  readonly features: readonly string[] | null;
  /** Tests to run, also those whose features are not claimed; empty: all. */
  readonly tests: readonly string[];
  readonly skippedTests: readonly string[];
  readonly subset: SubsetName | null;
  /** Definitions that are installed; `null`: the newest that are to be had. */
  readonly definitions: Definitions | null;
  /** Where the report goes as well; `null`: nowhere else. */
  readonly report: string | null;
  /** Folder of output and logs; `null`: the default one. */
  readonly logs: string | null;
  /** How many of the suite's parallel tests run at once; `null`: by the number of cores. */
  readonly parallel: number | null;
  /** A running testbed; `null`: one of its own. */
  readonly testbed: string | null;
  /** Whether Gibbon is installed; otherwise it must be there. */
  readonly install: boolean;
  readonly gatewayClass: string;
  /** Whether testbed and objects stay. */
  readonly keep: boolean;
}

/** What a command line asks for. */
export type Command = RunOptions | { readonly kind: 'help' | 'build' | 'document' };

/** What is wrong with a command line. */
export interface UsageProblem {
  readonly problem: string;
}

export const DEFAULT_PROFILE = 'GATEWAY-HTTP';
export const DEFAULT_CLASS = 'gibbon';

const TEXT = { type: 'string' } as const;
const SWITCH = { type: 'boolean', default: false } as const;
const FLAGS = {
  profiles: { ...TEXT, default: DEFAULT_PROFILE },
  features: TEXT,
  'run-test': { ...TEXT, default: '' },
  'skip-tests': { ...TEXT, default: '' },
  subset: TEXT,
  definitions: TEXT,
  report: TEXT,
  logs: TEXT,
  parallel: TEXT,
  testbed: TEXT,
  'no-install': SWITCH,
  class: { ...TEXT, default: DEFAULT_CLASS },
  keep: SWITCH,
  help: SWITCH,
} as const;

/** Reads a command line. @param args without node and file. */
export function parseOptions(args: readonly string[]): Command | UsageProblem {
  let read;
  try {
    read = parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: true });
  } catch (error) {
    return { problem: (error as Error).message };
  }
  const { values, positionals } = read;
  if (values.help || positionals[0] === 'help') return { kind: 'help' };
  const command = positionals[0];
  if (command === undefined) return runOptions(values);
  if ((command !== 'build' && command !== 'document') || args.length > 1)
    return { problem: `no command '${args.join(' ')}', there are: build, document, and flags for a run` };
  return { kind: command };
}

type Values = ReturnType<typeof parseArgs<{ options: typeof FLAGS }>>['values'];

function runOptions(values: Values): RunOptions | UsageProblem {
  const { subset, parallel, definitions } = values;
  const tests = listed(values['run-test']);
  if (subset !== undefined && !Object.hasOwn(SUBSETS, subset))
    return { problem: `no subset '${subset}', there are: ${Object.keys(SUBSETS).join(', ')}` };
  if (subset !== undefined && tests.length > 0) return { problem: '--subset and --run-test both say which tests run: give one' };
  if (parallel !== undefined && !/^[1-9]\d{0,2}$/.test(parallel))
    return { problem: `--parallel takes a number of tests from 1, not '${parallel}'` };
  const parsed = definitions === undefined ? null : parseDefinitions(definitions);
  if (definitions !== undefined && parsed === null)
    return { problem: `--definitions takes a release such as 1.7.0 or 1.7.0/experimental, not '${definitions}'` };
  if (values['no-install'] && values.testbed === undefined)
    return { problem: '--no-install needs --testbed: in a new one there is nothing' };
  return {
    kind: 'run',
    profiles: listed(values.profiles),
    features: values.features === undefined ? null : listed(values.features),
    tests,
    skippedTests: listed(values['skip-tests']),
    subset: (subset as SubsetName | undefined) ?? null,
    definitions: parsed,
    report: values.report ?? null,
    logs: values.logs ?? null,
    parallel: parallel === undefined ? null : Number(parallel),
    testbed: values.testbed ?? null,
    install: !values['no-install'],
    gatewayClass: values.class as string,
    keep: values.keep as boolean,
  };
}

function parseDefinitions(text: string): Definitions | null {
  const [, version, channel = 'standard'] = /^(\d+\.\d+\.\d+)(?:\/(standard|experimental))?$/.exec(text) ?? [];
  return version === undefined ? null : { version, channel: channel as Definitions['channel'] };
}

function listed(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
