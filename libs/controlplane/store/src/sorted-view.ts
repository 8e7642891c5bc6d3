/**
 * A sorted list that hands out immutable snapshots.
 * A snapshot is the list itself; the next change after a snapshot works on a copy. Without changes between two
 * snapshots nothing is copied, and changes between two snapshots copy once.
 */
export class SortedView<T> {
  readonly #compare: (a: T, b: T) => number;
  #items: T[];
  #shared = false;

  /**
   * @param compare a total order: 0 only for one and the same item.
   * @param items taken over.
   */
  constructor(compare: (a: T, b: T) => number, items: T[] = []) {
    this.#compare = compare;
    this.#items = items.sort(compare);
  }

  get size(): number {
    return this.#items.length;
  }

  /** The items in order; never changes afterwards. */
  snapshot(): readonly T[] {
    this.#shared = true;
    return this.#items;
  }

  add(item: T): void {
    this.#own();
    this.#items.splice(this.#position(item), 0, item);
  }

  /** Removes the item that compares equal; nothing when there is none. */
  remove(item: T): void {
    const position = this.#position(item);
    const found = this.#items[position];
    if (found === undefined || this.#compare(found, item) !== 0) return;
    this.#own();
    this.#items.splice(position, 1);
  }

  #own(): void {
    if (!this.#shared) return;
    this.#items = this.#items.slice();
    this.#shared = false;
  }

  /** The first position whose item is not before `item`. */
  #position(item: T): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(this.#items[middle] as T, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
