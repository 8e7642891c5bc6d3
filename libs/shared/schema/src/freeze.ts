/** Freezes plain data all the way down; returns it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const key of Object.keys(value)) deepFreeze((value as Record<string, unknown>)[key]);
  }
  return value;
}

/** Levels of free data; far beyond any configuration, far from the end of the stack. */
const MAX_DEPTH = 200;

/** A deep, frozen copy of plain data. @returns `undefined` for data of more than 200 levels. */
export function frozenCopy(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) return undefined;
  if (Array.isArray(value)) {
    const elements = value.map((element) => frozenCopy(element, depth + 1));
    return elements.includes(undefined) ? undefined : Object.freeze(elements);
  }
  const copy: [string, unknown][] = [];
  for (const [key, element] of Object.entries(value)) {
    if (element === undefined) continue;
    const copied = frozenCopy(element, depth + 1);
    if (copied === undefined) return undefined;
    copy.push([key, copied]);
  }
  // fromEntries defines own properties, so a key `__proto__` stays a key.
  return Object.freeze(Object.fromEntries(copy));
}
