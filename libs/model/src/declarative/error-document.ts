import { printLua } from './lua-print.ts';
import type { DeclarativeProblem, ProblemEntity } from './problem.ts';

/** One error of a flattened entry. */
export interface FlattenedError {
  readonly type: 'field' | 'entity';
  readonly field?: string;
  readonly message: string;
}

/** All errors of one entity. */
export interface FlattenedEntity {
  /** Singular. */
  readonly entity_type: string;
  readonly entity_name?: string;
  readonly entity_id?: string;
  readonly entity_tags?: readonly string[];
  readonly entity: unknown;
  readonly errors: readonly FlattenedError[];
}

/** Body of a 400 for a declarative configuration. */
export interface ErrorDocument {
  readonly code: 14;
  readonly name: 'invalid declarative configuration';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly flattened_errors?: readonly FlattenedEntity[];
}

/**
 * Kong's error document for problems that `parseDeclarative` returned: `fields` mirrors the document, with `null` for
 * list elements in order. With `flatten`, what concerns an entity is in `flattened_errors` instead.
 * Unlike Kong's, unresolved references are there too.
 * @see https://developer.konghq.com/gateway/admin-api/ (POST /config)
 */
export function errorDocument(errors: readonly DeclarativeProblem[], options: { readonly flatten?: boolean } = {}): ErrorDocument {
  const flatten = options.flatten === true;
  const fields = fieldsOf(flatten ? errors.filter(({ entity }) => entity === null) : errors);
  const document = {
    code: 14,
    name: 'invalid declarative configuration',
    message: `declarative config is invalid: ${printLua(fields)}`,
    fields,
  } as const;
  return flatten ? { ...document, flattened_errors: flattenedOf(errors) } : document;
}

/** Problems as a tree that mirrors the document. Lists are arrays with holes as `null`. */
function fieldsOf(errors: readonly DeclarativeProblem[]): Readonly<Record<string, unknown>> {
  const root: Tree = new Map();
  for (const error of errors) {
    const path = error.location === '' ? [error.path] : error.location.split('.');
    if (error.scope === 'record') insert(root, [...path, '@entity'], error.message, true);
    else insert(root, path, error.message, false);
  }
  return asData(root) as Readonly<Record<string, unknown>>;
}

type Tree = Map<string, Tree | string | string[]>;

function insert(root: Tree, path: readonly string[], message: string, list: boolean): void {
  let tree = root;
  for (const key of path.slice(0, -1)) {
    let next = tree.get(key);
    if (!(next instanceof Map)) {
      next = new Map();
      tree.set(key, next);
    }
    tree = next;
  }
  const last = path.at(-1) ?? '';
  const present = tree.get(last);
  if (list) tree.set(last, Array.isArray(present) ? [...present, message] : [message]);
  else if (present === undefined) tree.set(last, message);
}

/** Longer than any list of entities; what claims more is a map whose keys are numbers. */
const MAX_LENGTH = 1_000_000;

function asData(tree: Tree | string | string[]): unknown {
  if (!(tree instanceof Map)) return tree;
  const keys = [...tree.keys()];
  if (keys.length === 0 || !keys.every((key) => /^[1-9]\d{0,6}$/.test(key) && Number(key) <= MAX_LENGTH)) {
    return Object.fromEntries([...tree].map(([key, value]) => [key, asData(value)]));
  }
  const elements = Array<unknown>(Math.max(...keys.map(Number))).fill(null);
  for (const [key, value] of tree) elements[Number(key) - 1] = asData(value);
  return elements;
}

function flattenedOf(errors: readonly DeclarativeProblem[]): FlattenedEntity[] {
  const byPlace = new Map<string, { entity: ProblemEntity; errors: FlattenedError[] }>();
  for (const error of errors) {
    if (error.entity === null) continue;
    const place = error.path === '' ? error.location : error.location.slice(0, -error.path.length - 1);
    const entry = byPlace.get(place) ?? { entity: error.entity, errors: [] };
    byPlace.set(place, entry);
    if (error.path === '') entry.errors.push({ type: 'entity', message: error.message });
    else entry.errors.push({ type: 'field', field: error.path, message: error.message });
  }
  return [...byPlace.values()].map(({ entity, errors: list }) => ({
    entity_type: entity.type.replace(/s$/, ''),
    ...(entity.name !== null && { entity_name: entity.name }),
    ...(entity.id !== null && { entity_id: entity.id }),
    ...(entity.tags !== null && { entity_tags: entity.tags }),
    entity: entity.input,
    errors: list,
  }));
}
