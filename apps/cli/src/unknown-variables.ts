import type { Logger } from '@gibbon/contracts/services';
import { SETTINGS } from './settings.ts';
import { variablesOf, type CommandName } from './settings/setting.ts';

/** Whose variables a command reads: its own, and those of the program of Kong that it stands for. */
const PREFIXES: Readonly<Record<CommandName, readonly string[]>> = {
  gateway: ['GIBBON_', 'CONTROLLER_', 'KONG_'],
  controller: ['GIBBON_', 'CONTROLLER_'],
  proxy: ['GIBBON_', 'KONG_'],
};
/** What our launcher tells the process that it starts. */
const INTERNAL = new Set(['GIBBON_LAUNCHER_PID']);
/** What Kubernetes tells each Pod of the Services of its namespace, of which one may be called `kong`. */
const SERVICE_LINK = /_SERVICE_(?:HOST|PORT(?:_[A-Z0-9_]+)?)$|_PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/;
const SERVICE_URL = /^(?:tcp|udp|sctp):\/\//;

/** Variables that look like settings of a command and are none, in alphabetical order. */
export function unknownVariables(command: CommandName, environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const known = new Set(SETTINGS.flatMap(variablesOf));
  return Object.keys(environment)
    .filter((name) => PREFIXES[command].some((prefix) => name.startsWith(prefix)))
    .filter((name) => !known.has(name) && !INTERNAL.has(name) && !isServiceLink(name, environment[name] ?? ''))
    .sort();
}

/** Says once which variables of a command's surroundings have no effect, so that nobody believes that they have. */
export function warnOfUnknownVariables(command: CommandName, environment: Readonly<Record<string, string | undefined>>, log: Logger): void {
  const variables = unknownVariables(command, environment);
  if (variables.length > 0) log.warn({ variables }, 'these environment variables are not understood and have no effect');
}

/** @see https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables */
function isServiceLink(name: string, value: string): boolean {
  return SERVICE_LINK.test(name) || (name.endsWith('_PORT') && SERVICE_URL.test(value));
}
