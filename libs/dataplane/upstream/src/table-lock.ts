/** Attempts before the thread sleeps: the lock is held for microseconds. */
const SPINS = 1000;
/** Sleeps, a millisecond each, on one unchanged holding before its thread counts as dead. */
const PATIENCE = 250;
const TICKET_BITS = 20;

/**
 * Mutual exclusion between threads on one cell of shared memory. A thread that was terminated while it held the lock does
 * not stop the others: a waiter takes over after a quarter of a second in which the same holding lasted.
 */
export class TableLock {
  readonly #cells: Int32Array;
  readonly #at: number;
  readonly #owner: number;
  #ticket = 0;

  /** @param owner number of this thread, 0 to 63. */
  constructor(cells: Int32Array, at: number, owner: number) {
    this.#cells = cells;
    this.#at = at;
    this.#owner = (owner + 1) << TICKET_BITS;
  }

  /** Runs `body` while no other thread runs under this lock. Blocks; not reentrant. */
  run<T>(body: () => T): T {
    const held = this.#acquire();
    try {
      return body();
    } finally {
      // Not a plain store: the lock may have been taken over meanwhile.
      Atomics.compareExchange(this.#cells, this.#at, held, 0);
    }
  }

  #acquire(): number {
    this.#ticket = (this.#ticket + 1) & ((1 << TICKET_BITS) - 1);
    const mine = this.#owner | this.#ticket;
    for (let spin = 0; spin < SPINS; spin++) if (Atomics.compareExchange(this.#cells, this.#at, 0, mine) === 0) return mine;
    let holder = 0;
    let patience = PATIENCE;
    for (;;) {
      const seen = Atomics.compareExchange(this.#cells, this.#at, 0, mine);
      if (seen === 0) return mine;
      if (seen !== holder) {
        holder = seen;
        patience = PATIENCE;
      } else if (--patience === 0 && Atomics.compareExchange(this.#cells, this.#at, holder, mine) === holder) return mine;
      Atomics.wait(this.#cells, this.#at, seen, 1);
    }
  }
}
