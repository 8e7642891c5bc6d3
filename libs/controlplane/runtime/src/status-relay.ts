import type { ObjectRef } from '@gibbon/contracts/resource';
import type { StatusDraft, StatusSink } from '@gibbon/contracts/status';
import type { StatusChanges } from '@gibbon/controlplane-engine';

/** A status, or an object that has none any more, and the configuration that must be served first. */
interface Waiting {
  readonly entry: StatusDraft | ObjectRef;
  readonly revision: number;
}

/**
 * Hands statuses on when they are true: those of a translation that changed the configuration wait until it is confirmed,
 * because they may say that the proxies serve it. Each waits for its own: an object that goes on changing holds up no other.
 */
export class StatusRelay {
  readonly #sink: StatusSink;
  readonly #waiting = new Map<string, Waiting>();
  /** The latest configuration that there is, and the latest that is confirmed. */
  #latest = 0;
  #confirmed = 0;

  constructor(sink: StatusSink) {
    this.#sink = sink;
  }

  /** @param revision of the configuration that the same translation yielded; `null` when it changed none. */
  take({ changed, removed }: StatusChanges, revision: number | null): void {
    if (revision !== null) this.#latest = revision;
    for (const entry of changed) this.#waiting.set(keyOf(entry.ref), { entry, revision: this.#latest });
    for (const entry of removed) this.#waiting.set(keyOf(entry), { entry, revision: this.#latest });
    if (this.#latest <= this.#confirmed) this.#flush();
  }

  /** Everybody who is waited for serves this revision. */
  confirmed(revision: number): void {
    if (revision <= this.#confirmed) return;
    this.#confirmed = revision;
    this.#flush();
  }

  #flush(): void {
    const drafts: StatusDraft[] = [];
    for (const [key, { entry, revision }] of this.#waiting) {
      if (revision > this.#confirmed) continue;
      this.#waiting.delete(key);
      if ('status' in entry) drafts.push(entry);
      else this.#sink.forget(entry);
    }
    if (drafts.length > 0) this.#sink.submit(drafts);
  }
}

function keyOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind}:${namespace}/${name}`;
}
