import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Layout } from '../configuration/layout.ts';
import { programPath } from '../parts/build.ts';

/** The command that runs another one inside a testbed's namespaces. */
export interface InsideCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * How to run a command inside. It ends with the testbed, and with the process that runs it.
 * @param processId of the process that made the namespaces: it is in the new network and mounts itself, its children are in the new process namespace.
 */
export function insideCommand(processId: number, folder: string, command: readonly string[]): InsideCommand {
  const namespaces = `/proc/${processId}/ns`;
  const enter = [`--net=${namespaces}/net`, `--mount=${namespaces}/mnt`, `--pid=${namespaces}/pid_for_children`, `--wdns=${folder}`];
  return { command: 'nsenter', args: [...enter, '--', 'setpriv', '--pdeathsig', 'TERM', '--', ...command] };
}

/** The process that made a running testbed's namespaces. */
export function processIdOf(layout: Layout): number {
  return Number(readFileSync(layout.processId, 'utf8'));
}

/** Environment of a command inside: KUBECONFIG is set, and the cluster's own kubectl comes first in PATH. */
export function insideEnvironment(layout: Layout, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return { ...env, KUBECONFIG: layout.insideKubeconfig, PATH: `${dirname(programPath('kubectl'))}:${env['PATH'] ?? ''}` };
}

/** Starts a command inside, in {@link insideEnvironment}. */
export function spawnInside(layout: Layout, command: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const inside = insideCommand(processIdOf(layout), String(options.cwd ?? process.cwd()), command);
  return spawn(inside.command, inside.args, { ...options, cwd: undefined, env: insideEnvironment(layout, options.env) });
}
