/**
 * Items to work on, smallest first, each once however often it is added before its turn. What is added before the first is
 * taken is sorted at once, which is cheaper and often sorted already; what is added later goes to a binary heap beside it.
 */
export class OrderedQueue<T> {
  readonly #compare: (a: T, b: T) => number;
  /** Largest first once the first item has been taken. */
  readonly #first: T[] = [];
  readonly #heap: T[] = [];
  readonly #waiting = new Set<T>();
  #begun = false;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  add(item: T): void {
    if (this.#waiting.has(item)) return;
    this.#waiting.add(item);
    if (this.#begun) this.#rise(item);
    else this.#first.push(item);
  }

  /** Takes the smallest item, or `null` when there is none. */
  take(): T | null {
    if (!this.#begun) {
      this.#begun = true;
      this.#first.sort(this.#compare).reverse();
    }
    const item = this.#isHeapNext() ? this.#pop() : this.#first.pop();
    if (item === undefined) return null;
    this.#waiting.delete(item);
    return item;
  }

  #isHeapNext(): boolean {
    const [top] = this.#heap;
    const next = this.#first.at(-1);
    return top !== undefined && (next === undefined || this.#compare(top, next) < 0);
  }

  #pop(): T | undefined {
    const [first] = this.#heap;
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
    return first;
  }

  #rise(item: T): void {
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
