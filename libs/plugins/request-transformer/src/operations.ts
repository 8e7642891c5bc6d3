import { compileTemplate, splitNameValue, toByteString, type TemplateSource } from '@gibbon/pdk';
import type { RequestTransformerConfig } from './options.ts';

/** A name and what it becomes: another name, or a value. */
export interface Pair {
  readonly name: string;
  readonly value: string;
}

/** What to do in one place (header fields, body, query), in Kong's order. Byte strings. */
export interface Operations {
  readonly remove: readonly string[];
  readonly rename: readonly Pair[];
  readonly replace: readonly Pair[];
  readonly add: readonly Pair[];
  readonly append: readonly Pair[];
}

/** {@link Operations} for a request; the same object for every request where no value is a template. */
export type CompiledOperations = (source: TemplateSource) => Operations;

/** Compiles the entries for one place. @returns `null` when there is nothing to do. */
export function compileOperations(config: RequestTransformerConfig, where: 'body' | 'headers' | 'querystring'): CompiledOperations | null {
  const remove = config.remove[where].map(toByteString);
  const rename = config.rename[where].map((entry) => {
    const { name, value } = splitNameValue(entry);
    return { name: toByteString(name), value: toByteString(value) };
  });
  const replace = compilePairs(config.replace[where]);
  const add = compilePairs(config.add[where]);
  const append = compilePairs(config.append[where]);
  const all = [replace, add, append];
  if (remove.length + rename.length === 0 && all.every(({ length }) => length === 0)) return null;
  if (all.every(({ constant }) => constant !== null)) {
    const same: Operations = { remove, rename, replace: replace.constant!, add: add.constant!, append: append.constant! };
    return () => same;
  }
  return (source) => ({ remove, rename, replace: replace.render(source), add: add.render(source), append: append.render(source) });
}

/** A value for a request, or `null` where none is configured. */
export function compileValue(text: string): (source: TemplateSource) => string {
  const compiled = compileTemplate(text);
  if (!compiled.ok) throw new Error(compiled.problem);
  return (source) => compiled.template.render(source);
}

interface CompiledPairs {
  readonly length: number;
  readonly constant: readonly Pair[] | null;
  readonly render: (source: TemplateSource) => readonly Pair[];
}

function compilePairs(entries: readonly string[]): CompiledPairs {
  const compiled = entries.map((entry) => {
    const { name, value } = splitNameValue(entry);
    const template = compileTemplate(value);
    if (!template.ok) throw new Error(template.problem);
    return { name: toByteString(name), template: template.template };
  });
  const isConstant = compiled.every(({ template }) => template.constant !== null);
  const constant = isConstant ? compiled.map(({ name, template }) => ({ name, value: template.constant! })) : null;
  const render = (source: TemplateSource): readonly Pair[] =>
    constant ?? compiled.map(({ name, template }) => ({ name, value: template.render(source) }));
  return { length: entries.length, constant, render };
}
