import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Layout } from '../configuration/layout.ts';

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

/** Starts a command inside. The kubeconfig for programs inside is in its environment. */
export function spawnInside(layout: Layout, command: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const inside = insideCommand(processIdOf(layout), String(options.cwd ?? process.cwd()), command);
  const env = { ...(options.env ?? process.env), KUBECONFIG: layout.insideKubeconfig };
  return spawn(inside.command, inside.args, { ...options, cwd: undefined, env });
}
