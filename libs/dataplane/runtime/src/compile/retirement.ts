import type { Disposable } from '@gibbon/contracts/module';
import type { Snapshot } from '../snapshot.ts';

interface Superseded {
  readonly snapshot: Snapshot;
  readonly retired: readonly Disposable[];
}

/**
 * Releases what superseded snapshots used once no request holds them any more. Snapshots are waited for in order: what
 * a snapshot retires may also be in use by requests of older ones.
 */
export class Retirement {
  readonly #queue: Superseded[] = [];

  /** Number of superseded snapshots that requests still hold. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** A newer snapshot is current; `retired` is what it does without. */
  supersede(snapshot: Snapshot, retired: readonly Disposable[]): void {
    this.#queue.push({ snapshot, retired });
    snapshot.onIdle = () => this.#release();
    this.#release();
  }

  #release(): void {
    for (let first = this.#queue[0]; first !== undefined && first.snapshot.inFlight === 0; first = this.#queue[0]) {
      this.#queue.shift();
      first.snapshot.onIdle = null;
      for (const thing of first.retired) void thing.dispose();
    }
  }
}
