import { isDeepStrictEqual } from 'node:util';
import { ApiFailure, isJson, type Json } from './stored-object.ts';

/** Merge patch. @see https://www.rfc-editor.org/rfc/rfc7396#section-2 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isJson(patch)) return patch;
  const result: Record<string, unknown> = { ...(isJson(target) ? target : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

/** Fields that a manager has applied: dotted paths of leaves and their values. A list is one leaf. */
export type AppliedFields = ReadonlyMap<string, unknown>;

/** What {@link applyFields} works on. */
export interface Application {
  readonly current: Json;
  readonly sent: Json;
  readonly manager: string;
  readonly force: boolean;
  /** Fields by manager, of all managers. Updated. */
  readonly owners: Map<string, AppliedFields>;
}

const IDENTITY = ['apiVersion', 'kind', 'metadata.name', 'metadata.namespace', 'metadata.resourceVersion', 'metadata.uid'];

/**
 * Server-side apply, simplified: ownership is of leaves, lists are atomic whatever the schema says, and fields that
 * were written by other means than apply have no owner.
 * @throws ApiFailure 409 when another manager owns a leaf with another value and `force` is not set.
 */
export function applyFields({ current, sent, manager, force, owners }: Application): Json {
  const wanted = leavesOf(sent);
  for (const path of IDENTITY) wanted.delete(path);
  const conflicts = [...owners].flatMap(([other, fields]) =>
    other === manager
      ? []
      : [...wanted]
          .filter(([path, value]) => fields.has(path) && !isDeepStrictEqual(fields.get(path), value))
          .map(([path]) => ({ other, path })),
  );
  if (conflicts.length > 0 && !force) {
    const list = conflicts.map(({ other, path }) => `conflict with "${other}": .${path}`).join(', ');
    throw new ApiFailure(409, `Apply failed with ${conflicts.length} conflict${conflicts.length > 1 ? 's' : ''}: ${list}`);
  }
  for (const { other, path } of conflicts) {
    const left = new Map(owners.get(other));
    left.delete(path);
    owners.set(other, left);
  }
  const result = structuredClone(current) as Record<string, unknown>;
  for (const path of owners.get(manager)?.keys() ?? []) {
    const shared = [...owners].some(([other, fields]) => other !== manager && fields.has(path));
    if (!wanted.has(path) && !shared) writePath(result, path.split(SEPARATOR), undefined);
  }
  for (const [path, value] of wanted) writePath(result, path.split(SEPARATOR), value);
  owners.set(manager, wanted);
  return result;
}

/** Dots, but for those within keys, which are escaped. */
const SEPARATOR = /(?<!\\)\./;

function leavesOf(value: Json, prefix = '', into = new Map<string, unknown>()): Map<string, unknown> {
  for (const [key, field] of Object.entries(value)) {
    const path = `${prefix}${key.replaceAll('.', '\\.')}`;
    if (isJson(field) && Object.keys(field).length > 0) leavesOf(field, `${path}.`, into);
    else into.set(path, field);
  }
  return into;
}

function writePath(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head = '', ...rest] = path;
  const key = head.replaceAll('\\.', '.');
  if (rest.length === 0) {
    if (value === undefined) delete target[key];
    else target[key] = value;
    return;
  }
  const inner = isJson(target[key]) ? (target[key] as Record<string, unknown>) : {};
  if (value !== undefined) target[key] = inner;
  writePath(inner, rest, value);
  if (value === undefined && Object.keys(inner).length === 0) delete target[key];
}
