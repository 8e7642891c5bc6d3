import type { Headers } from '@gibbon/contracts/plugin';
import { splitNameValue, toByteString, toFieldValue } from '@gibbon/pdk';
import type { ResponseTransformerConfig } from './options.ts';

interface Field {
  readonly name: string;
  readonly lower: string;
  readonly value: string;
}

/** Edits the header fields of a response. */
export type HeaderEdit = (headers: Headers) => void;

/** Compiles the header operations. @returns `null` when there are none. */
export function compileHeaders(config: ResponseTransformerConfig): HeaderEdit | null {
  const remove = config.remove.headers.map((entry) => splitNameValue(entry).name.toLowerCase());
  const rename = config.rename.headers.map(fieldOf).filter(({ lower, value }) => lower !== value.toLowerCase());
  const replace = config.replace.headers.map(fieldOf);
  const add = config.add.headers.map(fieldOf);
  const append = config.append.headers.map(fieldOf);
  if ([remove, rename, replace, add, append].every(({ length }) => length === 0)) return null;
  return (headers) => {
    for (const lower of remove) headers.remove(lower);
    for (const field of rename) renameHeader(headers, field);
    for (const { name, lower, value } of replace) if (headers.has(lower)) headers.set(name, value);
    for (const { name, lower, value } of add) if (!headers.has(lower)) headers.set(name, value);
    for (const { name, value } of append) headers.add(name, value);
  };
}

function fieldOf(entry: string): Field {
  const { name, value } = splitNameValue(entry);
  return { name, lower: name.toLowerCase(), value: toFieldValue(toByteString(value)) };
}

function renameHeader(headers: Headers, { lower, value: to }: Field): void {
  const values = headers.getAll(lower);
  if (values.length === 0) return;
  headers.remove(lower);
  headers.remove(to.toLowerCase());
  for (const value of values) headers.add(to, value);
}
