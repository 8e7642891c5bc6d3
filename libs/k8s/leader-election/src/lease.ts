import type { KubeObject } from '@gibbon/contracts/resource';

/** A Lease. @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/ */
export interface Lease extends KubeObject {
  readonly spec?: LeaseSpec;
}

/** What a Lease says. */
export interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  /** RFC 3339 with microseconds. */
  readonly acquireTime?: string;
  readonly renewTime?: string;
  /** How often the lease has changed hands. */
  readonly leaseTransitions?: number;
}

/** Where Leases are. */
export const LEASES = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases' } as const;

/** A time as Leases have it: with microseconds. */
export function microTime(wallMs: number): string {
  return new Date(wallMs).toISOString().replace('Z', '000Z');
}

/** The lease as a holder writes it. @param previous the lease that is taken over or renewed, or `null`. */
export function heldSpec(
  previous: LeaseSpec | null,
  holder: { readonly identity: string; readonly durationMs: number; readonly wallMs: number },
): LeaseSpec {
  const now = microTime(holder.wallMs);
  const renews = previous?.holderIdentity === holder.identity;
  return {
    holderIdentity: holder.identity,
    leaseDurationSeconds: Math.max(1, Math.round(holder.durationMs / 1000)),
    acquireTime: renews ? (previous.acquireTime ?? now) : now,
    renewTime: now,
    leaseTransitions: (previous?.leaseTransitions ?? 0) + (renews || previous === null ? 0 : 1),
  };
}

/** The lease as its holder gives it back: free for anybody at once. */
export function releasedSpec(previous: LeaseSpec, wallMs: number): LeaseSpec {
  const now = microTime(wallMs);
  return {
    holderIdentity: '',
    leaseDurationSeconds: 1,
    acquireTime: now,
    renewTime: now,
    leaseTransitions: previous.leaseTransitions ?? 0,
  };
}
