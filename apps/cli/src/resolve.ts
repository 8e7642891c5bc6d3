import { parseListen, type ListenDirective } from '@gibbon/net';
import type { TargetProfile } from '@gibbon/contracts/translator';
import { settingsOf } from './settings.ts';
import { readBindAddress, type BindAddress } from './settings/bind-address.ts';
import { variablesOf, type CommandName, type Setting } from './settings/setting.ts';

/** A setting's value after reading. */
export type Value =
  | string
  | number
  | boolean
  | readonly string[]
  | readonly ListenDirective[]
  | BindAddress
  | Pick<TargetProfile, 'kind' | 'version'>
  | null;

/** All settings of a command, by flag. */
export type Values = Readonly<Record<string, Value>>;

/** Values, or everything that is wrong with them: one line each, naming the flag or the variable. */
export type Resolved = { readonly ok: true; readonly values: Values } | { readonly ok: false; readonly problems: readonly string[] };

type Reading = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: string };

/** Kong's versions that a target may name: those with the same declarative format. */
const KONG_VERSION = /^3\.\d{1,2}(?:\.\d{1,2})?$/;

/**
 * Reads the settings of a command: a flag wins over a variable, a variable over the default.
 * @param flags as given on the command line, by flag; lists as arrays.
 */
export function resolveSettings(
  command: CommandName,
  flags: Readonly<Record<string, string | readonly string[] | boolean | undefined>>,
  environment: Readonly<Record<string, string | undefined>>,
): Resolved {
  const values: Record<string, Value> = {};
  const problems: string[] = [];
  for (const setting of settingsOf(command)) {
    const { raw, origin } = find(setting, flags[setting.flag], environment);
    const reading = raw === null ? ({ ok: true, value: setting.type === 'list' ? [] : null } as const) : read(setting, raw);
    if (reading.ok) values[setting.flag] = reading.value;
    else problems.push(`${origin}: ${reading.problem}`);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, values };
}

function find(
  setting: Setting,
  flag: string | readonly string[] | boolean | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly raw: string | readonly string[] | null; readonly origin: string } {
  if (flag !== undefined) return { raw: typeof flag === 'boolean' ? String(flag) : flag, origin: `--${setting.flag}` };
  for (const variable of variablesOf(setting)) {
    const raw = environment[variable];
    if (raw !== undefined && raw !== '') return { raw, origin: variable };
  }
  return { raw: setting.default, origin: `--${setting.flag}` };
}

function read(setting: Setting, raw: string | readonly string[]): Reading {
  const text = typeof raw === 'string' ? raw.trim() : '';
  switch (setting.type) {
    case 'text':
      return checked(setting, [text], text);
    case 'list': {
      const items = (typeof raw === 'string' ? raw.split(',') : raw).map((item) => item.trim()).filter((item) => item !== '');
      return checked(setting, items, items);
    }
    case 'bind':
      return readBindAddress(text);
    case 'integer':
      return readInteger(setting, text);
    case 'choice':
      return setting.choices?.includes(setting.synonyms?.[text] ?? text) === true
        ? { ok: true, value: setting.synonyms?.[text] ?? text }
        : { ok: false, problem: `'${text}' is not one of ${setting.choices?.join(', ') ?? ''}` };
    case 'switch':
      return readSwitch(text);
    case 'listen': {
      const { directives, problems } = parseListen(text);
      return problems.length === 0 ? { ok: true, value: directives } : { ok: false, problem: problems.join('; ') };
    }
    case 'target':
      return readTarget(text);
    default:
      throw new Error(`unknown type ${String(setting.type satisfies never)}`);
  }
}

function checked({ check }: Setting, texts: readonly string[], value: Value): Reading {
  const problems = check === undefined ? [] : texts.map(check).filter((problem) => problem !== null);
  return problems.length === 0 ? { ok: true, value } : { ok: false, problem: problems.join('; ') };
}

function readInteger(setting: Setting, text: string): Reading {
  const [min, max] = setting.range ?? [0, Number.MAX_SAFE_INTEGER];
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  // Kong's `auto` stands for one per core, which is the default.
  if (text === 'auto') return { ok: true, value: null };
  return value >= min && value <= max
    ? { ok: true, value }
    : { ok: false, problem: `'${text}' is not a whole number from ${min} to ${max}` };
}

function readSwitch(text: string): Reading {
  if (/^(?:true|1|on|yes)$/i.test(text)) return { ok: true, value: true };
  if (/^(?:false|0|off|no)$/i.test(text)) return { ok: true, value: false };
  return { ok: false, problem: `'${text}' is neither true nor false` };
}

function readTarget(text: string): Reading {
  const [kind, version, ...rest] = text.split(':');
  if (kind === 'gibbon' && version === undefined) return { ok: true, value: { kind, version: '3.9' } };
  if (kind === 'kong' && rest.length === 0 && (version === undefined || KONG_VERSION.test(version))) {
    return { ok: true, value: { kind, version: version ?? '3.9' } };
  }
  return { ok: false, problem: `'${text}' is not a target: write gibbon, kong or kong:3.9` };
}
