import { ApiFailure, type Json, type StoredObject } from './stored-object.ts';

interface Snapshot {
  readonly version: number;
  readonly rest: readonly StoredObject[];
}

/** A page of a list. */
export interface Page {
  readonly items: readonly StoredObject[];
  readonly metadata: Json;
}

/** Tokens kept at a time; older ones expire as those of a compacted server do. */
const MAX_TOKENS = 100;

/** Pages of lists. Pages of one list show one moment, until {@link ListPages.expire}. */
export class ListPages {
  readonly #snapshots = new Map<string, Snapshot>();
  #sequence = 0;

  /** @param limit 0: everything. */
  first(version: number, objects: readonly StoredObject[], limit: number): Page {
    return this.#page({ version, rest: objects }, limit);
  }

  /** @throws ApiFailure 410 for a token that has expired. */
  next(token: string, limit: number): Page {
    const snapshot = this.#snapshots.get(token);
    if (snapshot === undefined) throw new ApiFailure(410, 'The provided continue parameter is too old');
    return this.#page(snapshot, limit);
  }

  /** Forgets all tokens. */
  expire(): void {
    this.#snapshots.clear();
  }

  #page({ version, rest }: Snapshot, limit: number): Page {
    const resourceVersion = String(version);
    if (limit === 0 || rest.length <= limit) return { items: rest, metadata: { resourceVersion } };
    const token = `token-${++this.#sequence}`;
    this.#snapshots.set(token, { version, rest: rest.slice(limit) });
    for (const oldest of this.#snapshots.keys()) {
      if (this.#snapshots.size <= MAX_TOKENS) break;
      this.#snapshots.delete(oldest);
    }
    return { items: rest.slice(0, limit), metadata: { resourceVersion, continue: token, remainingItemCount: rest.length - limit } };
  }
}
