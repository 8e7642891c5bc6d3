import type { Configuration } from '@gibbon/contracts/entities';
import type { PluginCatalog } from '../plugins/catalog.ts';
import type { DeclarativeProblem } from './problem.ts';

/** What {@link parseDeclarative} needs beside the text. */
export interface ParseOptions {
  /** Names the document in messages and chooses the format by its extension; without it JSON is tried first, then YAML. */
  readonly fileName?: string;
  /** The plugins that the document may name; see `modulePlugins` and `ANY_PLUGIN`. */
  readonly plugins: PluginCatalog;
  /** Default `traditional_compatible`. */
  readonly routerFlavor?: 'traditional' | 'traditional_compatible' | 'expressions';
}

/** A configuration with its hash, or every problem of the document at once. */
export type ParseResult =
  | { readonly ok: true; readonly configuration: Configuration; readonly hash: string }
  | { readonly ok: false; readonly errors: readonly DeclarativeProblem[] };

/**
 * Reads a declarative configuration: YAML or JSON text, or an object that was parsed already.
 * Entities may be nested or flat, references by id or by name. Never throws for bad input.
 * @see https://developer.konghq.com/gateway/db-less-mode/
 */
export function parseDeclarative(source: string | Readonly<Record<string, unknown>>, options: ParseOptions): ParseResult {
  throw new Error(`not written yet: ${[source, options].length}`);
}
