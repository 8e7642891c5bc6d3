import type { Configuration } from '@gibbon/contracts/entities';
import { Document, isScalar, Scalar, visit } from 'yaml';
import { documentOf, type DocumentOptions } from './nest.ts';

/** How {@link emitDeclarative} writes. */
export interface EmitOptions extends DocumentOptions {
  readonly format: 'yaml' | 'json';
  /** Spaces per level; default 2. 0 writes JSON on one line. */
  readonly indent?: number;
}

/**
 * Writes a configuration as a declarative document, format version 3.0: deterministic order, no `null` that means "unset".
 * `parseDeclarative` of the text gives the same entities again (with `target: 'gibbon'`, all of their fields).
 */
export function emitDeclarative(configuration: Configuration, options: EmitOptions): string {
  const { format, indent = 2, ...rest } = options;
  const document = documentOf(configuration, rest);
  if (format === 'json') return `${JSON.stringify(document, null, indent)}\n`;
  const text = new Document(document, { aliasDuplicateObjects: false });
  visit(text, { Pair: (_key, { key }) => quoteMerge(key) });
  return text.toString({ indent: Math.max(indent, 1), lineWidth: 0 });
}

/** A plain `<<` merges maps when it is read; a key of that name is quoted. */
function quoteMerge(key: unknown): void {
  if (isScalar(key) && key.value === '<<') key.type = Scalar.QUOTE_DOUBLE;
}
