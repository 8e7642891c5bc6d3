import type { Configuration } from '@gibbon/contracts/entities';
import type { ConfigurationChange, PublishResult, Rejection } from '@gibbon/contracts/publisher';

/** A configuration that was published, or was tried to be. */
export interface PublishedConfiguration {
  readonly revision: number;
  /** When it was known, milliseconds since the epoch. */
  readonly atMs: number;
  /** Of the shared plane. */
  configuration(): Configuration;
}

/** One that was not taken, or not all of it. */
export interface FailedConfiguration extends PublishedConfiguration {
  /** Why it was not applied, or `null` where it was, less what was rejected. */
  readonly error: string | null;
  readonly rejected: readonly Rejection[];
}

/** Remembers the last configuration that a publisher brought home, and the last with which it failed. */
export class PublicationRecord {
  #successful: PublishedConfiguration | null = null;
  #failed: FailedConfiguration | null = null;

  get successful(): PublishedConfiguration | null {
    return this.#successful;
  }

  get failed(): FailedConfiguration | null {
    return this.#failed;
  }

  /** @param change what was published as a whole. */
  note(change: ConfigurationChange, { applied, rejected, error, idle = false }: PublishResult, atMs: number): void {
    const published = { revision: change.revision, atMs, configuration: () => change.full() };
    if (applied) this.#successful = published;
    // That there is nobody to publish to is no failure of the configuration.
    if (rejected.length > 0 || (!applied && !idle)) this.#failed = { ...published, error, rejected };
  }
}
