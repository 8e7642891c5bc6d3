/** An entry `name:value` of a transformer's configuration. */
export interface NameValue {
  readonly name: string;
  /** Empty where the entry has none. */
  readonly value: string;
}

/** Splits an entry at its first run of colons, as Kong does: `a:b:c` is `a` and `b:c`, `a::b` is `a` and `b`. */
export function splitNameValue(entry: string): NameValue {
  const match = /^([^:]+):*([^]*)$/.exec(entry);
  return match === null ? { name: entry, value: '' } : { name: match[1]!, value: match[2]! };
}

/** Whether Kong takes it for the name of a header field. */
export function isHeaderName(name: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(name);
}
