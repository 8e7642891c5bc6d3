import type { Configuration, ConfigurationDelta, EntityType } from '../entities/index.ts';

/** A new configuration, as a whole and as a difference. */
export interface ConfigurationChange {
  /** Counts up by one with each change. */
  readonly revision: number;
  /** The whole; computed at the first call, so ask only where a delta will not do. */
  full(): Configuration;
  /** The difference to the previous revision; `null` for the first. */
  readonly delta: ConfigurationDelta | null;
}

/** An entity that a target refused. */
export interface Rejection {
  readonly type: EntityType;
  readonly id: string;
  /** Dotted path, or empty. */
  readonly field: string;
  readonly message: string;
}

/** How a publish ended. */
export interface PublishResult {
  /** Whether the target now serves the change (less what it rejected). */
  readonly applied: boolean;
  readonly rejected: readonly Rejection[];
  /** Why it was not applied, or `null`. */
  readonly error: string | null;
}

/** Brings configuration to a kind of target. */
export interface Publisher {
  /**
   * Publishes one change. Never called again before it settled; changes that come meanwhile are merged into the next call.
   * Resolves when the target serves it; rejects only for programmer errors.
   */
  publish(change: ConfigurationChange, signal: AbortSignal): Promise<PublishResult>;
}
