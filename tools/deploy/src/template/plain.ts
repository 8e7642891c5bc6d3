import { ForEach, isRecord, OptionalValue, Served, Text, Unless, Value, ValueText, VariablesOf, When, type Node } from './node.ts';

/** Looks up the default of a value by its path. */
export type Defaults = (path: string) => unknown;

/** What a manifest is with the defaults of all values; `undefined` where nothing is left, as of every {@link ForEach}: lists are empty by default. */
export function resolve(node: Node, defaults: Defaults): unknown {
  if (node instanceof Text) return node.plain;
  if (node instanceof Value) return defaults(node.path);
  if (node instanceof ValueText) return textOf(defaults(node.path));
  if (node instanceof OptionalValue) return isSet(defaults(node.path)) ? defaults(node.path) : undefined;
  if (node instanceof When) return isSet(defaults(node.path)) ? resolve(node.inner, defaults) : undefined;
  if (node instanceof Unless) return isSet(defaults(node.path)) ? undefined : resolve(node.inner, defaults);
  if (node instanceof Served) return resolve(node.inner, defaults);
  if (node instanceof ForEach) return undefined;
  if (node instanceof VariablesOf) return variables(defaults(node.path));
  if (Array.isArray(node)) return node.flatMap((item: Node) => items(item, defaults));
  if (!isRecord(node)) return node;
  const fields = Object.entries(node).map(([key, value]) => [key, resolve(value, defaults)] as const);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

function items(node: Node, defaults: Defaults): readonly unknown[] {
  const resolved = resolve(node, defaults);
  if (resolved === undefined) return [];
  return node instanceof VariablesOf ? (resolved as readonly unknown[]) : [resolved];
}

function variables(map: unknown): readonly unknown[] {
  return Object.entries(map as Readonly<Record<string, unknown>>).map(([name, value]) => ({ name, value: String(value) }));
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}

/** As Helm decides what is true. */
export function isSet(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}
