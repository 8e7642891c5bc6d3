/** Freezes plain data all the way down; returns it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const key of Object.keys(value)) deepFreeze((value as Record<string, unknown>)[key]);
  }
  return value;
}

/** A deep, frozen copy of plain data; what is not data (functions, class instances) is kept as it is. */
export function frozenCopy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy));
  const copy: [string, unknown][] = [];
  for (const [key, element] of Object.entries(value)) if (element !== undefined) copy.push([key, frozenCopy(element)]);
  // fromEntries defines own properties, so a key `__proto__` stays a key.
  return Object.freeze(Object.fromEntries(copy));
}
