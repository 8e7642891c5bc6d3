/**
 * A map from keys to sets of objects. Most keys have one object, which then takes no set: with hundreds of thousands of
 * keys that is most of the memory.
 */
export class MultiMap<K, V extends object> {
  readonly #entries = new Map<K, V | Set<V>>();

  /** Keys with at least one object. */
  get size(): number {
    return this.#entries.size;
  }

  add(key: K, value: V): void {
    const held = this.#entries.get(key);
    if (held === undefined) this.#entries.set(key, value);
    else if (held instanceof Set) held.add(value);
    else if (held !== value) this.#entries.set(key, new Set([held, value]));
  }

  delete(key: K, value: V): void {
    const held = this.#entries.get(key);
    if (held === value) this.#entries.delete(key);
    if (!(held instanceof Set)) return;
    held.delete(value);
    if (held.size === 0) this.#entries.delete(key);
  }

  has(key: K): boolean {
    return this.#entries.has(key);
  }

  /** Objects of a key, in order of addition; none for an unknown key. Objects that are added meanwhile may be visited too. */
  get(key: K): Iterable<V> {
    const held = this.#entries.get(key);
    if (held === undefined) return [];
    return held instanceof Set ? held : [held];
  }
}
