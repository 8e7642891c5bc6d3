/**
 * Header fields of a request or a response: ordered, repeated names allowed, case kept as written.
 * Names are given in lower case to every method that looks up; `set` and `add` write the name as given.
 */
export interface Headers {
  /** First value, or `null`. */
  get(lowerName: string): string | null;
  /** All values in order; empty when absent. */
  getAll(lowerName: string): readonly string[];
  has(lowerName: string): boolean;
  /** Replaces all fields of that name by one, at the end. @throws TypeError on a name or value that HTTP does not allow. */
  set(name: string, value: string): void;
  /** Appends a field. @throws TypeError as `set`. */
  add(name: string, value: string): void;
  /** Removes all fields of that name. */
  remove(lowerName: string): void;
  /** A new flat list: name, value, name, value, in order. For loops that need everything; not for look-ups. */
  toList(): string[];
}
