/** Attempts before the thread sleeps: a bucket is held for less than a microsecond. */
const SPINS = 1_000;
/** Sleeps, a millisecond or more each, on one unchanged holder before it counts as dead: longer than any thread waits for a CPU. */
const PATIENCE = 1_000;
const TICKET_BITS = 18;

/**
 * Mutual exclusion per bucket between threads, in shared memory. A thread that is terminated while it holds a bucket
 * must not stop the others for good: after a second in which the same holding lasted, a waiter takes over.
 */
export class BucketLocks {
  readonly #locks: Int32Array;
  readonly #owner: number;
  readonly #patience: number;
  #ticket = 0;

  /**
   * @param owner number of this user of the table, 1 or more; no two threads have the same.
   * @param patience sleeps before a holder counts as dead.
   */
  constructor(locks: Int32Array, owner: number, patience: number = PATIENCE) {
    this.#locks = locks;
    this.#owner = owner << TICKET_BITS;
    this.#patience = patience;
  }

  /** Takes the bucket, waiting as needed. @returns what `release` wants. */
  acquire(bucket: number): number {
    // A ticket per holding tells a holder that came back from one that never left.
    this.#ticket = (this.#ticket + 1) & ((1 << TICKET_BITS) - 1);
    const mine = this.#owner | this.#ticket;
    for (let spin = 0; spin < SPINS; spin += 1) {
      if (Atomics.compareExchange(this.#locks, bucket, 0, mine) === 0) return mine;
    }
    return this.#wait(bucket, mine);
  }

  /** Gives the bucket back. */
  release(bucket: number, held: number): void {
    // Not a plain store: the bucket may have been taken over meanwhile.
    Atomics.compareExchange(this.#locks, bucket, held, 0);
  }

  #wait(bucket: number, mine: number): number {
    let holder = 0;
    let patience = this.#patience;
    for (;;) {
      const seen = Atomics.compareExchange(this.#locks, bucket, 0, mine);
      if (seen === 0) return mine;
      if (seen !== holder) {
        holder = seen;
        patience = this.#patience;
      } else if ((patience -= 1) === 0 && Atomics.compareExchange(this.#locks, bucket, holder, mine) === holder) {
        return mine;
      }
      // Nobody notifies: waking costs a system call on every release, and this path is one in millions.
      Atomics.wait(this.#locks, bucket, seen, 1);
    }
  }
}
