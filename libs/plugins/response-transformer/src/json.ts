import { splitNameValue, type JsonObject } from '@gibbon/pdk';
import type { ResponseTransformerConfig } from './options.ts';

type JsonType = 'boolean' | 'number' | 'string';

interface Member {
  readonly name: string;
  /** `undefined` where the text is not of its type: then nothing happens. */
  readonly value: string | number | boolean | undefined;
}

/** Edits the top level of a JSON object. */
export type JsonEdit = (object: JsonObject) => void;

/** Compiles the JSON operations. @returns `null` when there are none. */
export function compileJson(config: ResponseTransformerConfig): JsonEdit | null {
  const remove = config.remove.json;
  const rename = config.rename.json.map(splitNameValue);
  const replace = membersOf(config.replace.json, config.replace.json_types);
  const add = membersOf(config.add.json, config.add.json_types);
  const append = membersOf(config.append.json, config.append.json_types);
  const entries = [config.remove, config.rename, config.replace, config.add, config.append];
  if (entries.every(({ json }) => json.length === 0)) return null;
  return (object) => {
    for (const name of remove) object.remove(name);
    for (const { name, value } of rename) object.rename(name, value);
    for (const { name, value } of replace) if (object.isSet(name)) object.set(name, value);
    for (const { name, value } of add) if (!object.isSet(name)) object.set(name, value);
    for (const { name, value } of append) object.append(name, value);
  };
}

function membersOf(entries: readonly string[], types: readonly JsonType[]): Member[] {
  const members = entries.map((entry, index) => {
    const { name, value } = splitNameValue(entry);
    return { name, value: cast(value, types[index] ?? 'string') };
  });
  return members.filter(({ value }) => value !== undefined);
}

function cast(text: string, type: JsonType): string | number | boolean | undefined {
  if (type === 'boolean') return text === 'true';
  if (type === 'string') return escaped(text);
  const number = text.trim() === '' ? NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** What Kong makes of a text: what JSON escapes stays escaped, but for quotes. A backslash arrives as two. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
}
