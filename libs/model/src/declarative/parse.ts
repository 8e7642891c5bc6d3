import type { Configuration, Entity } from '@gibbon/contracts/entities';
import { emptyConfiguration } from '../delta/apply.ts';
import { storedConfiguration } from '../delta/stored.ts';
import { ENTITY_TYPES } from '../entities/registry.ts';
import { contextOf, type NormaliseOptions } from '../normalise/normalise-entity.ts';
import type { PluginCatalog } from '../plugins/catalog.ts';
import { collect } from './collect.ts';
import { completeNodes } from './complete-nodes.ts';
import { configurationHash } from './hash.ts';
import { FORMAT_VERSIONS, migrate } from './migrate.ts';
import type { DeclarativeProblem } from './problem.ts';
import { readDocument } from './read-document.ts';
import { resolve, type ResolvedEntity } from './resolve.ts';
import { checkUnique } from './unique.ts';

/** What {@link parseDeclarative} needs beside the text. */
export interface ParseOptions extends NormaliseOptions {
  /** Names the document in messages and chooses the format by its extension; without it JSON is tried first, then YAML. */
  readonly fileName?: string;
  /** The plugins that the document may name; see `modulePlugins` and `ANY_PLUGIN`. */
  readonly plugins: PluginCatalog;
  /** The text that an object was read from: the hash is then the text's. */
  readonly text?: string;
  /**
   * Whether the result is what a data plane keeps, with hashes of passwords (see `storedConfiguration`) or, `false`, what
   * the document says; default what its `_transform` says, which is `true` where it has none.
   */
  readonly transform?: boolean;
}

/**
 * A configuration with its hash, or every problem of the document at once and the entities that have none of their own;
 * these may refer to others that are not among them.
 */
export type ParseResult =
  | { readonly ok: true; readonly configuration: Configuration; readonly hash: string }
  | { readonly ok: false; readonly errors: readonly DeclarativeProblem[]; readonly valid: Configuration };

/**
 * Reads a declarative configuration: YAML or JSON text, or an object that was parsed already.
 * Entities may be nested or flat, references by id or by name. Never throws for bad input.
 * Ids that Kong would draw at random are made of the content, so that posting a document again changes nothing.
 * @see https://developer.konghq.com/gateway/db-less-mode/
 */
export function parseDeclarative(source: string | Readonly<Record<string, unknown>>, options: ParseOptions): ParseResult {
  const read = typeof source === 'string' ? readDocument(source, options.fileName) : ({ ok: true, document: source } as const);
  if (!read.ok)
    return { ok: false, errors: [{ location: '', path: 'error', message: read.message, entity: null }], valid: emptyConfiguration() };
  const errors: DeclarativeProblem[] = [];
  const version = versionProblem(read.document['_format_version']);
  if (version !== null) errors.push({ location: '_format_version', path: '_format_version', message: version, entity: null });
  const nodes = collect(migrate(read.document), errors);
  const drafts = completeNodes(nodes, contextOf(options), errors);
  const entities = resolve(drafts, errors);
  checkUnique(drafts, errors);
  const stored = (options.transform ?? read.document['_transform'] !== false) ? storedConfiguration : asGiven;
  if (errors.length > 0) return { ok: false, errors, valid: stored(configurationOf(without(entities, errors))) };
  const configuration = stored(configurationOf(entities));
  return { ok: true, configuration, hash: configurationHash(options.text ?? source, configuration) };
}

function asGiven(configuration: Configuration): Configuration {
  return configuration;
}

function versionProblem(version: unknown): string | null {
  if (version === undefined || version === null) return 'required field missing';
  if (typeof version !== 'string') return 'expected a string';
  return FORMAT_VERSIONS.includes(version) ? null : `expected one of: ${FORMAT_VERSIONS.join(', ')}`;
}

/** Entities that no problem is in. */
function without(entities: readonly ResolvedEntity[], errors: readonly DeclarativeProblem[]): readonly ResolvedEntity[] {
  const faulty = new Set(errors.map(({ location, path }) => (path === '' ? location : location.slice(0, -path.length - 1))));
  return entities.filter(({ location }) => !faulty.has(location));
}

function configurationOf(entities: readonly ResolvedEntity[]): Configuration {
  const lists = new Map<string, Entity[]>(ENTITY_TYPES.map((type) => [type, []]));
  for (const { type, entity } of entities) lists.get(type)?.push(entity);
  return Object.freeze(Object.fromEntries([...lists].map(([type, list]) => [type, Object.freeze(list)]))) as unknown as Configuration;
}
