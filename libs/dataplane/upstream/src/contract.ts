import type { AttemptResult, Peer, PickContext } from '@gibbon/contracts/balancer';
import type { Target, Upstream } from '@gibbon/contracts/entities';

/** A peer of an upstream as the pipeline uses it. */
export interface UpstreamPeer extends Peer {
  /** IP address to connect to (`hostname` resolved). */
  readonly host: string;
}

/** An upstream that can be balanced over. Lives across snapshots while its upstream exists. */
export interface BalancedUpstream {
  readonly name: string;
  /** Whether `pick` wants `context.hash`. */
  readonly usesHash: boolean;
  /** The peer for an attempt, or `null`. Synchronous, no allocation; sees health changes made by any worker. */
  pick(context: PickContext): UpstreamPeer | null;
  /** Once per picked peer, when the attempt ended: balancer and passive health checks learn from it. */
  report(peer: UpstreamPeer, status: number, failure: 'none' | 'connect' | 'timeout', result: AttemptResult): void;
}

/** Something of an upstream or a target that cannot be used as configured. */
export interface UpstreamProblem {
  readonly type: 'upstreams' | 'targets';
  /** Id of the entity. */
  readonly id: string;
  /** Dotted path in the entity, or empty. */
  readonly field: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** Upstreams and targets that changed. */
export interface UpstreamChange {
  readonly upstreams?: { readonly upserted: readonly Upstream[]; readonly deleted: readonly string[] };
  readonly targets?: { readonly upserted: readonly Target[]; readonly deleted: readonly string[] };
}

/** Kong's words for how an address, a target or an upstream is. */
export type HealthState = 'HEALTHY' | 'UNHEALTHY' | 'HEALTHCHECKS_OFF' | 'DNS_ERROR';

/** How an address is that a target's name leads to. */
export interface AddressHealth {
  readonly ip: string;
  readonly port: number;
  readonly weight: number;
  readonly health: HealthState;
}

/** How a target is. */
export interface TargetHealth {
  /** Id of the target entity. */
  readonly targetId: string;
  /** `HEALTHY` when any of its addresses is. */
  readonly health: HealthState;
  /** Record type of the name (`A`, `AAAA`), `unknown` for addresses, or the error of its resolution. */
  readonly dns: string;
  readonly addresses: readonly AddressHealth[];
}

/** How an upstream is. */
export interface UpstreamHealth {
  /** Whether enough of its weight is available. */
  readonly healthy: boolean;
  readonly targets: readonly TargetHealth[];
}

/** What became of setting a target's health by hand. */
export type SetHealthResult = 'done' | 'no-upstream' | 'no-target' | 'no-checker';
