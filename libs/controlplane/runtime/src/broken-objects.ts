import type { Failure } from '@gibbon/contracts/translator';
import type { FailureChanges } from '@gibbon/controlplane-engine';

/** How many objects have failures now, kept up with what comes and goes. */
export class BrokenObjects {
  /** Failures by the object that is to be mended. */
  readonly #failures = new Map<string, number>();

  get size(): number {
    return this.#failures.size;
  }

  follow({ appeared, cleared }: FailureChanges): void {
    for (const failure of appeared) this.#count(failure, 1);
    for (const failure of cleared) this.#count(failure, -1);
  }

  #count({ refs: [ref] }: Failure, difference: 1 | -1): void {
    if (ref === undefined) return;
    const key = `${ref.kind} ${ref.namespace}/${ref.name}`;
    const count = (this.#failures.get(key) ?? 0) + difference;
    if (count === 0) this.#failures.delete(key);
    else this.#failures.set(key, count);
  }
}
