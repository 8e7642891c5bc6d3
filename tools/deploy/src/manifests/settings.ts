import { settingsOf, variablesOf, type CommandName } from '@gibbon/cli';
import type { Node } from '../template/node.ts';

/**
 * Settings of a command as the variables of a container.
 * @param settings by flag.
 * @throws Error for a flag that the command does not have: a variable that nobody reads would be a lie.
 */
export function variablesFor(command: CommandName, settings: Readonly<Record<string, Node>>): readonly Node[] {
  return Object.entries(settings).map(([flag, value]) => ({ name: variableOf(command, flag), value }));
}

/** The variable of one setting. @throws Error for a flag that the command does not have. */
export function variableOf(command: CommandName, flag: string): string {
  const setting = settingsOf(command).find((candidate) => candidate.flag === flag);
  const [variable] = setting === undefined ? [] : variablesOf(setting);
  if (variable === undefined) throw new Error(`gibbon ${command} has no setting --${flag}`);
  return variable;
}
