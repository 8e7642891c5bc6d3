/** Items to work on, smallest first, each once however often it is added before its turn. A binary heap. */
export class OrderedQueue<T> {
  readonly #compare: (a: T, b: T) => number;
  readonly #heap: T[] = [];
  readonly #waiting = new Set<T>();

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  add(item: T): void {
    if (this.#waiting.has(item)) return;
    this.#waiting.add(item);
    let position = this.#heap.length;
    while (position > 0) {
      const parent = (position - 1) >>> 1;
      const above = this.#heap[parent] as T;
      if (this.#compare(above, item) <= 0) break;
      this.#heap[position] = above;
      position = parent;
    }
    this.#heap[position] = item;
  }

  /** Takes the smallest item, or `null` when there is none. */
  take(): T | null {
    const [first] = this.#heap;
    const last = this.#heap.pop();
    if (first === undefined || last === undefined) return null;
    this.#waiting.delete(first);
    if (this.#heap.length > 0) this.#sink(last);
    return first;
  }

  /** Puts an item at the root and lets it sink to its place. */
  #sink(item: T): void {
    const size = this.#heap.length;
    let position = 0;
    for (;;) {
      let child = 2 * position + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#compare(this.#heap[child + 1] as T, this.#heap[child] as T) < 0) child++;
      const below = this.#heap[child] as T;
      if (this.#compare(item, below) <= 0) break;
      this.#heap[position] = below;
      position = child;
    }
    this.#heap[position] = item;
  }
}
