/** What a command line asks for. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'build' }
  | { readonly kind: 'check' }
  | { readonly kind: 'list' }
  | { readonly kind: 'up'; readonly name: string; readonly images: readonly string[]; readonly apiPort: number }
  | { readonly kind: 'down'; readonly name: string; readonly all: boolean }
  | { readonly kind: 'status' | 'shell'; readonly name: string }
  | { readonly kind: 'kubectl'; readonly name: string; readonly args: readonly string[] }
  | { readonly kind: 'exec'; readonly name: string; readonly command: readonly string[] }
  | { readonly kind: 'load-image'; readonly name: string; readonly files: readonly string[] }
  | { readonly kind: 'logs'; readonly name: string; readonly component: string | null; readonly follow: boolean }
  | { readonly kind: 'component'; readonly name: string; readonly action: 'stop' | 'start' | 'restart'; readonly component: string }
  | { readonly kind: 'forward'; readonly name: string; readonly localPort: number; readonly host: string; readonly port: number };

/** What is wrong with a command line. */
export interface UsageProblem {
  readonly problem: string;
}

/** The testbed that is meant when none is named. */
export const DEFAULT_NAME = 'default';

/** Words of a command line after the command: flags of ours, and the rest. */
interface Words {
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly rest: readonly string[];
}

/** Flags that take a value; all others stand alone. */
const WITH_VALUE = new Set(['--name', '--image', '--api-port']);

const FLAGS: Readonly<Record<string, readonly string[]>> = {
  build: [],
  check: [],
  list: [],
  up: ['--name', '--image', '--api-port'],
  down: ['--name', '--all'],
  status: ['--name'],
  shell: ['--name'],
  'load-image': ['--name'],
  logs: ['--name', '--follow'],
  stop: ['--name'],
  start: ['--name'],
  restart: ['--name'],
  forward: ['--name'],
};

/** Commands whose words are another program's: only what stands before the command is ours. */
const PASSED_ON = new Set(['kubectl', 'exec']);

/**
 * Reads a command line. `--name` may stand before the command as well; for `kubectl` and `exec` it must.
 * @param args without node and file.
 */
export function parseArguments(args: readonly string[]): Command | UsageProblem {
  const { before, command, after } = splitAtCommand(args);
  if (before.problem !== undefined) return { problem: before.problem };
  if (command === undefined || command === 'help' || command === '--help' || command === '-h') return { kind: 'help' };
  if (PASSED_ON.has(command)) return passedOn(command, before.name ?? DEFAULT_NAME, after);
  const allowed = FLAGS[command];
  if (allowed === undefined) return { problem: `no command '${command}'` };
  const words = sortWords(after, allowed);
  if ('problem' in words) return words;
  return interpret(command, words.flags.get('--name')?.at(-1) ?? before.name ?? DEFAULT_NAME, words);
}

interface BeforeCommand {
  readonly name?: string;
  readonly problem?: string;
}

function splitAtCommand(args: readonly string[]): {
  readonly before: BeforeCommand;
  readonly command: string | undefined;
  readonly after: readonly string[];
} {
  if (args[0]?.startsWith('--name=') === true)
    return { before: { name: args[0].slice('--name='.length) }, command: args[1], after: args.slice(2) };
  if (args[0] !== '--name') return { before: {}, command: args[0], after: args.slice(1) };
  if (args[1] === undefined) return { before: { problem: '--name needs a value' }, command: undefined, after: [] };
  return { before: { name: args[1] }, command: args[2], after: args.slice(3) };
}

function passedOn(command: string, name: string, after: readonly string[]): Command | UsageProblem {
  if (command === 'kubectl') return { kind: 'kubectl', name, args: after };
  const words = after[0] === '--' ? after.slice(1) : after;
  return words.length === 0 ? { problem: 'exec needs a command: exec -- COMMAND [ARGUMENT...]' } : { kind: 'exec', name, command: words };
}

function sortWords(words: readonly string[], allowed: readonly string[]): Words | UsageProblem {
  const flags = new Map<string, string[]>();
  const rest: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] as string;
    if (!word.startsWith('-')) {
      rest.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const flag = word === '-f' ? '--follow' : equals < 0 ? word : word.slice(0, equals);
    if (!allowed.includes(flag)) return { problem: `no flag '${word}' here, there are: ${allowed.join(', ') || 'none'}` };
    let value = equals < 0 ? '' : word.slice(equals + 1);
    if (WITH_VALUE.has(flag) && equals < 0) value = words[++index] ?? '';
    if (WITH_VALUE.has(flag) ? value === '' : equals >= 0)
      return { problem: `${flag} ${WITH_VALUE.has(flag) ? 'needs a value' : 'takes no value'}` };
    flags.set(flag, [...(flags.get(flag) ?? []), value]);
  }
  return { flags, rest };
}

function interpret(command: string, name: string, { flags, rest }: Words): Command | UsageProblem {
  const unexpected = (): UsageProblem | null => (rest.length === 0 ? null : { problem: `${command} takes no arguments, not '${rest[0]}'` });
  switch (command) {
    case 'up':
      return unexpected() ?? up(name, flags);
    case 'down':
      return unexpected() ?? { kind: 'down', name, all: flags.has('--all') };
    case 'build':
    case 'check':
    case 'list':
      return unexpected() ?? { kind: command };
    case 'status':
    case 'shell':
      return unexpected() ?? { kind: command, name };
    case 'load-image':
      return rest.length === 0 ? { problem: 'load-image needs the tar of an image' } : { kind: 'load-image', name, files: rest };
    case 'logs':
      return rest.length > 1
        ? { problem: 'logs takes one component' }
        : { kind: 'logs', name, component: rest[0] ?? null, follow: flags.has('--follow') };
    case 'forward':
      return forward(name, rest);
    default:
      return component(command as 'stop' | 'start' | 'restart', name, rest);
  }
}

function up(name: string, flags: Words['flags']): Command | UsageProblem {
  const apiPort = portOf(flags.get('--api-port')?.at(-1) ?? '0');
  return apiPort === null ? { problem: '--api-port takes a port' } : { kind: 'up', name, images: flags.get('--image') ?? [], apiPort };
}

function component(action: 'stop' | 'start' | 'restart', name: string, rest: readonly string[]): Command | UsageProblem {
  const [only, ...more] = rest;
  return only === undefined || more.length > 0
    ? { problem: `${action} takes one component` }
    : { kind: 'component', name, action, component: only };
}

function forward(name: string, rest: readonly string[]): Command | UsageProblem {
  const local = portOf(rest[0] ?? '');
  const target = /^(.+):(\d+)$/.exec(rest[1] ?? '');
  const port = portOf(target?.[2] ?? '');
  if (local === null || target === null || port === null || rest.length !== 2)
    return { problem: 'forward takes a local port and an address: forward 8080 10.20.0.1:80' };
  return { kind: 'forward', name, localPort: local, host: target[1] as string, port };
}

function portOf(text: string): number | null {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65535 ? Number(text) : null;
}
