/** A target's address that may receive traffic. The runtime owns it; balancers read it. */
export interface Peer {
  /** Dense number of the peer within its upstream; stable while the peer exists. */
  readonly index: number;
  /** IP address or host name to connect to. */
  readonly host: string;
  readonly port: number;
  /** Name of the target as configured, for the Host header and for ring placement, e.g. `api.internal`. */
  readonly hostname: string;
  /** 0 to 65535; peers of weight 0 are never handed to a balancer. */
  readonly weight: number;
}

/** What one pick may look at. One object per request, reused across its attempts. */
export interface PickContext {
  /** 32-bit hash of the value that `hash_on` names, or `-1` when there is none. */
  readonly hash: number;
  /** 0 for the first try, 1 for the first retry, and so on. */
  readonly attempt: number;
  /** Peers that failed earlier in this request, in order; empty on the first try. */
  readonly failed: readonly Peer[];
}

/** How an attempt ended, for algorithms that learn from it. */
export interface AttemptResult {
  /** Milliseconds from the connect to the end of the response. */
  readonly durationMs: number;
  /** Whether a response arrived. */
  readonly ok: boolean;
}

/**
 * A load-balancing algorithm for one upstream.
 * @see https://developer.konghq.com/gateway/entities/upstream/#load-balancing-algorithms
 */
export interface Balancer {
  /**
   * The peers that may be picked now: healthy, of weight above 0. Called at start, when targets or weights change, and
   * when the health of a peer changes; never during `pick`. May be slow; must keep what still makes sense (a position).
   */
  update(peers: readonly Peer[]): void;
  /**
   * Picks the peer for one attempt. Called once per attempt on the request path: must not allocate, await or throw.
   * @returns the peer, or `null` when there is none (the client gets 503).
   */
  pick(context: PickContext): Peer | null;
  /** The attempt on a picked peer ended. Only where the algorithm wants to know; once per non-null pick. */
  release?(peer: Peer, result: AttemptResult): void;
}

/** Static facts of a balancer. */
export interface BalancerTraits {
  /** Whether `pick` reads `context.hash`; the runtime computes it only then. Default false. */
  readonly usesHash?: boolean;
}
