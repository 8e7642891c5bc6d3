import type { Headers } from '@gibbon/contracts/plugin';
import { Type } from '@gibbon/schema';
import { toByteString } from './byte-string.ts';

/** A field name, as HTTP allows it. */
const TOKEN = "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$";

const field = Type.Object({
  name: Type.String({ pattern: TOKEN, description: 'Name of the field; upper and lower case are the same.' }),
  value: Type.String({ description: 'Value of the field.' }),
});

/** Options of changes of header fields. @see https://gateway-api.sigs.k8s.io/reference/spec/#httpheaderfilter */
export const headerOperationsOptions = Type.Object({
  set: Type.Array(field, { default: [], description: 'Fields that take the place of those of the same name.' }),
  add: Type.Array(field, { default: [], description: 'Values that are added to what is there, after a comma.' }),
  remove: Type.Array(Type.String({ pattern: TOKEN }), { default: [], description: 'Names of fields that are taken away.' }),
});

/** Changes of header fields as validated. */
export interface HeaderOperations {
  readonly set: readonly { readonly name: string; readonly value: string }[];
  readonly add: readonly { readonly name: string; readonly value: string }[];
  readonly remove: readonly string[];
}

/** Applies changes to the fields of a request or a response. Called per request. */
export type HeaderEdit = (headers: Headers) => void;

/** Fields that each stand for themselves: joined by commas they would mean something else. */
const NOT_JOINED: ReadonlySet<string> = new Set(['set-cookie', 'cookie']);

/** Compiles changes of header fields; `null` where there are none. */
export function compileHeaderOperations(operations: HeaderOperations | null): HeaderEdit | null {
  if (operations === null) return null;
  const remove = operations.remove.map((name) => name.toLowerCase());
  const set = operations.set.map(({ name, value }) => ({ name, value: toByteString(value) }));
  const add = operations.add.map(({ name, value }) => ({ name, value: toByteString(value), lower: name.toLowerCase() }));
  if (remove.length + set.length + add.length === 0) return null;
  return (headers) => {
    for (const name of remove) headers.remove(name);
    for (const { name, value } of set) headers.set(name, value);
    for (const { name, value, lower } of add) addValue(headers, { name, value, lower });
  };
}

function addValue(
  headers: Headers,
  { name, value, lower }: { readonly name: string; readonly value: string; readonly lower: string },
): void {
  const present = headers.get(lower);
  if (present === null || NOT_JOINED.has(lower)) headers.add(name, value);
  else headers.set(name, `${headers.getAll(lower).join(',')},${value}`);
}
