import type { KubeObject } from '@gibbon/contracts/resource';

/** An object with one thing wrong in it. */
export interface DamagedObject {
  readonly object: KubeObject;
  readonly damaged: KubeObject;
  /** What was done, e.g. `spec.rules.1.http = null`. */
  readonly how: string;
}

/** What stands in for a value. */
const REPLACEMENTS: readonly unknown[] = [null, undefined, '', 'x', 0, -1, true, [], {}, [null]];

/** Every object of a world with each of its fields, one at a time, replaced by each of a few wrong values. */
export function* damagedObjects(world: readonly KubeObject[]): Generator<DamagedObject> {
  for (const object of world) {
    for (const path of pathsOf(object, [])) {
      if (path[0] === 'kind' || path[0] === 'apiVersion' || path.join('.') === 'metadata' || path.join('.') === 'metadata.name') continue;
      for (const value of REPLACEMENTS) {
        yield {
          object,
          damaged: replaced(object, path, value) as KubeObject,
          how: `${path.join('.')} = ${JSON.stringify(value) ?? 'absent'}`,
        };
      }
    }
  }
}

function* pathsOf(value: unknown, path: readonly string[]): Generator<readonly string[]> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) yield* pathsOf(child, [...path, key]);
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) {
    return value
      .map((item: unknown, index) => (String(index) === key ? replaced(item, rest, by) : item))
      .filter((item) => item !== undefined);
  }
  const { [key]: child, ...others } = value as Readonly<Record<string, unknown>>;
  const next = replaced(child, rest, by);
  return next === undefined ? others : { ...others, [key]: next };
}
