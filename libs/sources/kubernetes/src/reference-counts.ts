import type { ObjectRef } from '@gibbon/contracts/resource';
import { objectKey } from './object-key.ts';

/** Told when the first object names another, and when the last one does no more. */
export interface ReferenceListener {
  named(ref: ObjectRef): void;
  unnamed(ref: ObjectRef): void;
}

/** Which objects are named by others. Holds the references of kinds that are loaded on demand, and no others. */
export class ReferenceCounts {
  readonly #kinds: ReadonlySet<string>;
  readonly #listener: ReferenceListener;
  /** Keys named, by key of the object that names them. */
  readonly #byReferrer = new Map<string, ReadonlyMap<string, ObjectRef>>();
  readonly #counts = new Map<string, number>();

  /** @param kinds kinds that are loaded on demand. */
  constructor(kinds: ReadonlySet<string>, listener: ReferenceListener) {
    this.#kinds = kinds;
    this.#listener = listener;
  }

  has(ref: ObjectRef): boolean {
    return this.#counts.has(objectKey(ref));
  }

  /** Replaces what an object names. */
  replace(referrer: ObjectRef, refs: readonly ObjectRef[]): void {
    const key = objectKey(referrer);
    const before = this.#byReferrer.get(key) ?? new Map<string, ObjectRef>();
    const wanted = new Map<string, ObjectRef>();
    for (const ref of refs) if (this.#kinds.has(ref.kind)) wanted.set(objectKey(ref), ref);
    if (wanted.size === 0) this.#byReferrer.delete(key);
    else this.#byReferrer.set(key, wanted);
    for (const [named, ref] of wanted) if (!before.has(named)) this.#count(named, ref, 1);
    for (const [named, ref] of before) if (!wanted.has(named)) this.#count(named, ref, -1);
  }

  #count(key: string, ref: ObjectRef, by: 1 | -1): void {
    const before = this.#counts.get(key) ?? 0;
    const after = before + by;
    if (after === 0) this.#counts.delete(key);
    else this.#counts.set(key, after);
    if (before === 0) this.#listener.named(ref);
    else if (after === 0) this.#listener.unnamed(ref);
  }
}
