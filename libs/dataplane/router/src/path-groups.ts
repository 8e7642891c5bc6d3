import { createHash } from 'node:crypto';

/** Namespace of the ids that split matchers get, the same that Kong uses, so that ties break the same way. */
const SPLIT_NAMESPACE = Buffer.from('7f145bf90dce4f9198ebdebbce4b9f6b', 'hex');

/** Paths of a route that form one matcher, and the id that breaks its ties. */
export interface PathGroup {
  readonly id: string;
  /** All regular expressions, or prefixes of one length; `null` when the route has no paths. */
  readonly paths: readonly PathOfGroup[] | null;
}

/** A path as configured and its 1-based position in the route. */
export interface PathOfGroup {
  readonly path: string;
  readonly position: number;
}

/**
 * Splits a route's paths into matchers: all regular expressions together, prefixes by length, groups in order of first
 * appearance. One group keeps the route's id; several get ids derived from it.
 */
export function groupPaths(routeId: string, paths: readonly string[] | null): readonly PathGroup[] {
  if (paths === null || paths.length === 0) return [{ id: routeId, paths: null }];
  const groups = new Map<number, PathOfGroup[]>();
  for (const [index, path] of paths.entries()) {
    const key = path.startsWith('~') ? 0 : Buffer.byteLength(path);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [{ path, position: index + 1 }]);
    else group.push({ path, position: index + 1 });
  }
  if (groups.size === 1) return [{ id: routeId, paths: [...groups.values()][0] ?? null }];
  return [...groups.values()].map((group, index) => ({ id: splitId(routeId, index + 1), paths: group }));
}

/**
 * Id of a route's n-th matcher: UUID version 5 of `<route id>#<n>`.
 * @see https://www.rfc-editor.org/rfc/rfc9562#section-5.5
 */
export function splitId(routeId: string, group: number): string {
  const digest = createHash('sha1').update(SPLIT_NAMESPACE).update(`${routeId}#${group}`).digest();
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
