import type { AddressHealth, HealthState, TargetHealth } from './contract.ts';
import type { TargetPeer } from './peers.ts';
import type { TargetEntry } from './target-set.ts';

/** How health is known. */
export interface HealthView {
  /** Whether the upstream keeps health. */
  readonly checked: boolean;
  isAvailable(peer: TargetPeer): boolean;
}

/** How a target is, in Kong's words. @param peers all peers of the upstream. */
export function targetHealth(target: TargetEntry, peers: readonly TargetPeer[], view: HealthView): TargetHealth {
  const addresses = peers
    .filter(({ targetId }) => targetId === target.entity.id)
    .map((peer): AddressHealth => ({ ip: peer.host, port: peer.port, weight: peer.weight, health: stateOf(peer, view) }));
  return { targetId: target.entity.id, health: overall(target, addresses, view), dns: target.dns(), addresses };
}

function stateOf(peer: TargetPeer, view: HealthView): HealthState {
  if (!view.checked) return 'HEALTHCHECKS_OFF';
  return view.isAvailable(peer) ? 'HEALTHY' : 'UNHEALTHY';
}

function overall(target: TargetEntry, addresses: readonly AddressHealth[], view: HealthView): HealthState {
  // Targets of weight 0 get neither traffic nor checks.
  if (target.entity.weight === 0) return 'HEALTHCHECKS_OFF';
  if (target.addresses().length === 0) return 'DNS_ERROR';
  if (!view.checked || addresses.length === 0) return 'HEALTHCHECKS_OFF';
  return addresses.some(({ health }) => health === 'HEALTHY') ? 'HEALTHY' : 'UNHEALTHY';
}
