import type { ObjectChange } from '@gibbon/contracts/source';
import { refOf } from '@gibbon/k8s-types';
import { objectKey } from './object-key.ts';

/**
 * Changes of one turn of the event loop, of all kinds, as one batch with one change per object. Delivered after the
 * sockets that are ready have been read, so it costs no time.
 */
export class ChangeBatch {
  readonly #deliver: (changes: readonly ObjectChange[]) => void;
  #changes = new Map<string, ObjectChange>();
  #scheduled: NodeJS.Immediate | null = null;

  constructor(deliver: (changes: readonly ObjectChange[]) => void) {
    this.#deliver = deliver;
  }

  add(change: ObjectChange): void {
    const key = objectKey(change.type === 'delete' ? change.ref : refOf(change.object));
    // At the end, whatever it replaces: the order is that of the latest changes.
    this.#changes.delete(key);
    this.#changes.set(key, change);
    this.#scheduled ??= setImmediate(() => this.flush());
  }

  /** Delivers what there is, now. */
  flush(): void {
    this.#unschedule();
    if (this.#changes.size === 0) return;
    const changes = [...this.#changes.values()];
    this.#changes = new Map();
    this.#deliver(changes);
  }

  /** Drops what there is. */
  close(): void {
    this.#unschedule();
    this.#changes.clear();
  }

  #unschedule(): void {
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
    this.#scheduled = null;
  }
}
