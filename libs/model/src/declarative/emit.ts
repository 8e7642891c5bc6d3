import type { Configuration } from '@gibbon/contracts/entities';
import { stringify } from 'yaml';
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
  return stringify(document, { indent: Math.max(indent, 1), lineWidth: 0, aliasDuplicateObjects: false });
}
