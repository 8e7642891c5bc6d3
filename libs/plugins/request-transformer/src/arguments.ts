import { ArgumentList } from '@gibbon/pdk';
import type { Operations } from './operations.ts';

/** Edits a query string, or a form: the same syntax. @returns the same text where nothing applied. */
export function editArguments(raw: string, operations: Operations): string {
  const list = new ArgumentList(raw);
  for (const name of operations.remove) list.remove(name);
  for (const { name, value } of operations.rename) list.rename(name, value);
  for (const { name, value } of operations.replace) {
    if (list.has(name)) list.set(name, value);
  }
  for (const { name, value } of operations.add) {
    if (!list.has(name)) list.append(name, value);
  }
  for (const { name, value } of operations.append) list.append(name, value);
  return list.toString();
}

/** A query string with the fields of a form at its end, for methods that have no body. */
export function mergeForm(query: string, form: string): string {
  const list = new ArgumentList(query);
  for (const [name, value] of new ArgumentList(form).entries()) list.append(name, value);
  return list.toString();
}
