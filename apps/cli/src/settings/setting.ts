/** A command that runs a part of Gibbon. */
export type CommandName = 'gateway' | 'proxy' | 'controller';

/** How a setting's text is read. */
export type SettingType = 'text' | 'integer' | 'choice' | 'switch' | 'list' | 'listen' | 'bind' | 'target';

/** One setting: a flag, environment variables, a default. Help, checks and docs come from it. */
export interface Setting {
  /** Flag without dashes; the variable is `GIBBON_` and the flag in capitals with underscores. */
  readonly flag: string;
  readonly type: SettingType;
  readonly summary: string;
  /** Word for the value in help, e.g. `DIR`. */
  readonly placeholder: string;
  /** As the user would write it; `null`: not set. */
  readonly default: string | null;
  readonly choices?: readonly string[];
  /** Kong's words for some of the choices. */
  readonly synonyms?: Readonly<Record<string, string>>;
  /** What is wrong with a text, or with an item of a list, and what would be right; `null` when nothing is. Default: nothing ever is. */
  readonly check?: (text: string) => string | null;
  /** Smallest and largest value of an integer. */
  readonly range?: readonly [number, number];
  /** Further variables that are understood, Kong's own names. */
  readonly variables?: readonly string[];
  readonly commands: readonly CommandName[];
}

/** Commands with a control plane. */
export const CONTROL: readonly CommandName[] = ['gateway', 'controller'];
/** Commands with a data plane. */
export const DATA: readonly CommandName[] = ['gateway', 'proxy'];
/** All commands. */
export const ALL: readonly CommandName[] = ['gateway', 'proxy', 'controller'];

/** The environment variables of a setting, the own one first. */
export function variablesOf(setting: Setting): readonly string[] {
  return [`GIBBON_${setting.flag.replaceAll('-', '_').toUpperCase()}`, ...(setting.variables ?? [])];
}
