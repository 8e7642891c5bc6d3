import type { ObjectRef } from '@gibbon/contracts/resource';
import type { StatusDraft, StatusSink } from '@gibbon/contracts/status';
import type { StatusChanges } from '@gibbon/controlplane-engine';

/**
 * Hands statuses on when they are true: those of a translation that changed the configuration wait until every target
 * has confirmed it, because they may say that the proxies serve it.
 */
export class StatusRelay {
  readonly #sink: StatusSink;
  readonly #waiting = new Map<string, StatusDraft | ObjectRef>();
  /** Configuration that must be confirmed first; 0 when nothing waits for one. */
  #revision = 0;

  constructor(sink: StatusSink) {
    this.#sink = sink;
  }

  /** @param revision of the configuration that the same translation yielded; `null` when it changed none. */
  take({ changed, removed }: StatusChanges, revision: number | null): void {
    for (const draft of changed) this.#waiting.set(keyOf(draft.ref), draft);
    for (const ref of removed) this.#waiting.set(keyOf(ref), ref);
    if (revision !== null) this.#revision = revision;
    if (this.#revision === 0) this.#flush();
  }

  /** Every target serves this revision. */
  confirmed(revision: number): void {
    if (revision < this.#revision) return;
    this.#revision = 0;
    this.#flush();
  }

  #flush(): void {
    const drafts: StatusDraft[] = [];
    for (const entry of this.#waiting.values()) {
      if ('status' in entry) drafts.push(entry);
      else this.#sink.forget(entry);
    }
    this.#waiting.clear();
    if (drafts.length > 0) this.#sink.submit(drafts);
  }
}

function keyOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind}:${namespace}/${name}`;
}
