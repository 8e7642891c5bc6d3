import type { Configuration, ConfigurationDelta, EntityType } from '../entities/index.ts';
import { createToken, type Disposable, type Token } from '../module/index.ts';
import type { PlaneName } from '../translator/index.ts';

/** A new configuration, as a whole and as a difference. */
export interface ConfigurationChange {
  /** Counts up by one with each change. */
  readonly revision: number;
  /** The whole; computed at the first call, so ask only where a delta will not do. */
  full(): Configuration;
  /** The difference to the previous revision; `null` for the first. */
  readonly delta: ConfigurationDelta | null;
  /**
   * The changes of the other planes, by name: those alone in which something changed, each with the revision of the whole
   * change; `null` for a plane that is no more. `full` and `delta` of the change itself are those of the shared plane.
   * Absent where there are no other planes.
   */
  readonly planes?: ReadonlyMap<PlaneName, ConfigurationChange | null>;
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
  /** Nobody is there who could serve it, so that there is nothing to wait for; whoever comes gets it. Default `false`. */
  readonly idle?: boolean;
  /** That it is not applied is no failure: others configure the proxies, or they are only starting. Default `false`. */
  readonly expected?: boolean;
}

/** A target of a publisher, for diagnostics. */
export interface TargetReport {
  readonly name: string;
  readonly url: string;
  readonly plane: PlaneName;
  /**
   * `idle`: its plane has no configuration; `current`: it serves the latest; `failing`: it could not be configured the last
   * time; `late`: it is taking long; `pending`: it is being configured.
   */
  readonly state: 'idle' | 'current' | 'failing' | 'late' | 'pending';
  /** Revision that it has confirmed; `null` where nothing is known of it. */
  readonly revision: number | null;
  /** As it calls what it serves. */
  readonly hash: string | null;
  /** Why it could not be configured the last time, or `null`. */
  readonly error: string | null;
}

/** Brings configuration to a kind of target. */
export interface Publisher {
  /**
   * Publishes one change. Never called again before it settled; changes that come meanwhile are merged into the next call.
   * Resolves when the target serves it; rejects only for programmer errors.
   */
  publish(change: ConfigurationChange, signal: AbortSignal): Promise<PublishResult>;
  /**
   * For publishers that go on by themselves, e.g. configure a proxy that comes back without another `publish`: calls
   * `changed` when how things stand has become another than the last result said, and never during a `publish`.
   * Such a publisher lists in every result, of `publish` too, everything that is refused now. Called once, before the
   * first `publish`.
   */
  observe?(changed: (state: PublishResult) => void): void;
  /** For publishers with targets that stand each for itself: all of them as they are now. Called for people, rarely. */
  targets?(): readonly TargetReport[];
}

/** A proxy to configure, by its Admin API. */
export interface ProxyTarget {
  /** How messages, metrics and the log call it, e.g. the Pod's name. */
  readonly name: string;
  /** Base URL of the Admin API, e.g. `https://10.0.0.7:8444`. What identifies the target. */
  readonly url: string;
  /** TLS server name, where it is not the URL's host. */
  readonly servername?: string;
  /** What to prove who one is with, and whom to trust (PEM), instead of what the publisher's options say. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
  /** The plane whose configuration it gets; by default the shared one. */
  readonly plane?: PlaneName;
}

/** The proxies that there are, as they come and go. */
export interface ProxyTargets {
  /**
   * Calls `changed` at once with those that exist, and with all of them whenever the set has become another or something
   * happened to one of them, e.g. it was restarted. Publishers then look after all but those that are the same objects as
   * before: to these nothing has happened. Ends when disposed.
   */
  observe(changed: (targets: readonly ProxyTarget[]) => void): Disposable;
  /** Whether there are none on purpose, since another process configures them. Default: never. */
  readonly standby?: boolean;
}

/** The proxies to publish to, where they are found by discovery. */
export const PROXY_TARGETS: Token<ProxyTargets> = createToken<ProxyTargets>('gibbon/proxy-targets@1');
