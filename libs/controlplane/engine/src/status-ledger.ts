import type { ObjectRef } from '@gibbon/contracts/resource';
import type { StatusDraft } from '@gibbon/contracts/status';
import { sameStatus } from './same-status.ts';

/** Statuses that changed between two looks. */
export interface StatusChanges {
  /** New drafts and those that differ from what they were. */
  readonly changed: readonly StatusDraft[];
  /** Objects that have no status of ours any more, most often because they are gone. */
  readonly removed: readonly ObjectRef[];
}

interface Entry {
  readonly unit: string;
  readonly draft: StatusDraft;
}

/** The statuses that objects should have now, by object. */
export class StatusLedger {
  readonly #byObject = new Map<string, Entry>();
  readonly #byUnit = new Map<string, readonly string[]>();
  /** Objects whose status was touched since the last look, with what it was then. */
  readonly #before = new Map<string, StatusDraft | null>();

  /** Replaces what a unit says. */
  replace(unit: string, drafts: readonly StatusDraft[]): void {
    const previous = this.#byUnit.get(unit) ?? [];
    const keys = drafts.map(({ ref }) => keyOf(ref));
    for (const key of previous) if (!keys.includes(key)) this.#remove(unit, key);
    for (const [index, draft] of drafts.entries()) this.#set(keys[index] as string, { unit, draft });
    if (keys.length === 0) this.#byUnit.delete(unit);
    else this.#byUnit.set(unit, keys);
  }

  /** All of them. */
  current(): StatusDraft[] {
    return [...this.#byObject.values()].map(({ draft }) => draft);
  }

  /** The one of an object, or `null`. */
  of(ref: ObjectRef): StatusDraft | null {
    return this.#byObject.get(keyOf(ref))?.draft ?? null;
  }

  /** What changed since the previous call. */
  drain(): StatusChanges {
    const changed: StatusDraft[] = [];
    const removed: ObjectRef[] = [];
    for (const [key, before] of this.#before) {
      const entry = this.#byObject.get(key);
      if (entry === undefined) {
        if (before !== null) removed.push(before.ref);
      } else if (before === null || !sameStatus(before, entry.draft)) changed.push(entry.draft);
    }
    this.#before.clear();
    return { changed, removed };
  }

  #set(key: string, entry: Entry): void {
    this.#touch(key);
    this.#byObject.set(key, entry);
  }

  /** Another unit may have taken the object over in the same batch. */
  #remove(unit: string, key: string): void {
    if (this.#byObject.get(key)?.unit !== unit) return;
    this.#touch(key);
    this.#byObject.delete(key);
  }

  #touch(key: string): void {
    if (!this.#before.has(key)) this.#before.set(key, this.#byObject.get(key)?.draft ?? null);
  }
}

function keyOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind}:${namespace}/${name}`;
}
