import { isDeepStrictEqual } from 'node:util';
import type { OwnedList } from '@gibbon/contracts/status';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The merge patch of a status after which it says what a draft says, or `null` when it does already. What is somebody
 * else's stays, in its place; conditions keep their `lastTransitionTime` while their status is the same.
 * @param now RFC 3339, for conditions that change.
 */
export function mergeStatus(current: Fields, draft: Fields, owned: readonly OwnedList[], now: string): Fields | null {
  const changed: Record<string, unknown> = {};
  for (const [field, wanted] of Object.entries(draft)) {
    const before = current[field];
    const list = owned.find((candidate) => candidate.field === field);
    const next = list === undefined ? withTimes(wanted, before, now) : mergeList(list, asList(before), asList(wanted), now);
    // A list that is absent is an empty one: nobody needs to hear that.
    const same =
      isDeepStrictEqual(next, before) || (before === undefined && Array.isArray(next) && next.length === 0 && list !== undefined);
    if (!same) changed[field] = patchOf(before, next);
  }
  return Object.keys(changed).length === 0 ? null : changed;
}

/** The merge patch (RFC 7396) that makes one value of another: what is gone becomes `null`, lists are replaced. */
function patchOf(before: unknown, next: unknown): unknown {
  if (!isFields(before) || !isFields(next)) return next;
  const gone = Object.keys(before).filter((key) => !(key in next));
  return {
    ...Object.fromEntries(gone.map((key) => [key, null])),
    ...Object.fromEntries(Object.entries(next).map(([key, value]) => [key, patchOf(before[key], value)])),
  };
}

/** Our entries stay where they are, new ones go to the end. */
function mergeList(list: OwnedList, before: readonly unknown[], wanted: readonly unknown[], now: string): readonly unknown[] {
  const left = new Map(wanted.map((entry) => [list.key(entry), entry]));
  const merged: unknown[] = [];
  for (const entry of before) {
    if (!list.owns(entry)) {
      merged.push(entry);
      continue;
    }
    const key = list.key(entry);
    const next = left.get(key);
    // Taken out, so that what is there twice is left once.
    if (left.delete(key)) merged.push(mergeEntry(list, entry, next, now));
  }
  for (const entry of left.values()) merged.push(withTimes(entry, undefined, now));
  return merged;
}

/** An entry of ours, with what is somebody else's within it. */
function mergeEntry({ nested = [] }: OwnedList, before: unknown, wanted: unknown, now: string): unknown {
  const next = withTimes(wanted, before, now);
  if (!isFields(before) || !isFields(next) || nested.length === 0) return next;
  const lists = nested
    .map((list) => [list.field, mergeList(list, asList(before[list.field]), asList(next[list.field]), now)] as const)
    .filter(([field, entries]) => entries.length > 0 || field in next);
  return { ...next, ...Object.fromEntries(lists) };
}

/** A value whose conditions have the times of those before it that say the same. */
function withTimes(wanted: unknown, before: unknown, now: string): unknown {
  if (Array.isArray(wanted)) {
    const earlier = asList(before);
    return wanted.map((entry: unknown, index) => withTimes(entry, counterpartOf(entry, earlier, index), now));
  }
  if (!isFields(wanted)) return wanted;
  const earlier = isFields(before) ? before : {};
  const next: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(wanted)) next[key] = withTimes(value, earlier[key], now);
  if (isCondition(wanted)) {
    const kept = earlier['type'] === wanted['type'] && earlier['status'] === wanted['status'] ? earlier['lastTransitionTime'] : undefined;
    next['lastTransitionTime'] = kept ?? now;
  }
  return next;
}

/** The entry that stood for the same: conditions by type, listeners and the like by name, others by place. */
function counterpartOf(entry: unknown, earlier: readonly unknown[], index: number): unknown {
  if (!isFields(entry)) return undefined;
  const identity = isCondition(entry) ? 'type' : 'name' in entry ? 'name' : null;
  if (identity === null) return earlier[index];
  return earlier.find((candidate) => isFields(candidate) && candidate[identity] === entry[identity]);
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/ (Condition) */
function isCondition(entry: Fields): boolean {
  const { type, status } = entry;
  return typeof type === 'string' && (status === 'True' || status === 'False' || status === 'Unknown');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
