import type { AttemptResult, Peer, PickContext } from '@gibbon/contracts/balancer';

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
