import type { Failure } from '@gibbon/contracts/translator';

/** Failures that came and went between two looks. */
export interface FailureChanges {
  readonly appeared: readonly Failure[];
  readonly cleared: readonly Failure[];
}

interface Entry {
  readonly failure: Failure;
  count: number;
}

/**
 * The failures that exist now. Several subjects may report the same failure: it exists while one of them does.
 */
export class FailureLedger {
  readonly #bySubject = new Map<unknown, readonly Failure[]>();
  readonly #entries = new Map<string, Entry>();
  /** Failures that were added or removed since the last look, and whether they existed then. */
  readonly #before = new Map<string, { readonly failure: Failure; readonly existed: boolean }>();

  /** Replaces what a subject (a unit, an entity) reports. */
  replace(subject: unknown, failures: readonly Failure[]): void {
    const previous = this.#bySubject.get(subject);
    if (failures.length === 0) this.#bySubject.delete(subject);
    else this.#bySubject.set(subject, failures);
    for (const failure of failures) this.#count(failure, 1);
    for (const failure of previous ?? []) this.#count(failure, -1);
  }

  /** All of them, each once. */
  current(): Failure[] {
    return [...this.#entries.values()].map((entry) => entry.failure);
  }

  /** What came and went since the previous call. */
  drain(): FailureChanges {
    const appeared: Failure[] = [];
    const cleared: Failure[] = [];
    for (const [key, { failure, existed }] of this.#before) {
      if (this.#entries.has(key) === existed) continue;
      if (existed) cleared.push(failure);
      else appeared.push(failure);
    }
    this.#before.clear();
    return { appeared, cleared };
  }

  #count(failure: Failure, difference: 1 | -1): void {
    const key = keyOf(failure);
    const entry = this.#entries.get(key);
    if (!this.#before.has(key)) this.#before.set(key, { failure, existed: entry !== undefined });
    if (entry === undefined) {
      this.#entries.set(key, { failure, count: difference });
      return;
    }
    entry.count += difference;
    if (entry.count === 0) this.#entries.delete(key);
  }
}

function keyOf({ refs, field, reason, message }: Failure): string {
  return JSON.stringify([refs.map((ref) => [ref.kind, ref.namespace, ref.name]), field, reason, message]);
}
