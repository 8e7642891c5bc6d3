import type { AttemptResult, PickContext } from '@gibbon/contracts/balancer';
import type { Target, Upstream } from '@gibbon/contracts/entities';
import type { Disposable, Modules, Scope } from '@gibbon/contracts/module';
import type { Clock } from '@gibbon/contracts/services';
import { balancerIdentity, type ChosenBalancer, chooseBalancer } from './balancer-choice.ts';
import type { BalancedUpstream, UpstreamHealth, UpstreamPeer, UpstreamProblem } from './contract.ts';
import type { DnsCache } from './dns-cache.ts';
import { checksIdentity, createChecks, isChecked, type UpstreamChecks } from './health-checks.ts';
import type { HealthTable } from './health-table.ts';
import { PeerSet, type TargetPeer } from './peers.ts';
import type { Prober } from './prober.ts';
import { TargetSet } from './target-set.ts';
import { targetHealth } from './target-health.ts';

/** What all upstreams of a thread share. */
export interface UpstreamEnvironment {
  readonly modules: Modules;
  readonly scope: Scope;
  readonly clock: Clock;
  readonly table: HealthTable;
  readonly dns: DnsCache;
  /** `null` in threads that do not probe. */
  readonly prober: Prober | null;
}

/** How long a removed upstream's balancer is kept for requests that started before. Milliseconds. */
const RETIREMENT_MS = 60_000;
const NO_PEERS: readonly TargetPeer[] = Object.freeze([]);

/** One upstream in one thread: the same object as long as the upstream entity exists. */
export class UpstreamState implements BalancedUpstream {
  readonly targets: TargetSet;
  readonly #environment: UpstreamEnvironment;
  readonly #peers = new PeerSet();
  #entity: Upstream;
  #balancer: ChosenBalancer;
  #checks: UpstreamChecks | null = null;
  #probing: Disposable | null = null;
  /** Peers that the balancer was given. */
  #available: readonly TargetPeer[] = NO_PEERS;
  /** Whether enough weight is available for traffic. */
  #serving = false;
  /** Whether health is kept, so that other threads may change what is available. */
  #checked = false;
  #seenVersion = 0;

  constructor(environment: UpstreamEnvironment, entity: Upstream, problems: UpstreamProblem[]) {
    this.#environment = environment;
    this.#entity = entity;
    this.targets = new TargetSet(environment.dns, () => this.commit());
    this.#balancer = chooseBalancer(environment, entity, reporter(entity, problems));
    this.#balancer.balancer?.update(NO_PEERS);
    this.#configureChecks(problems);
  }

  get name(): string {
    return this.#entity.name;
  }

  get usesHash(): boolean {
    return this.#balancer.usesHash;
  }

  /** Whether manual changes of health have an effect. */
  get checked(): boolean {
    return this.#checked;
  }

  pick(context: PickContext): UpstreamPeer | null {
    if (this.#checked && this.#environment.table.version !== this.#seenVersion) this.#refresh(false);
    if (!this.#serving || this.#balancer.balancer === null) return null;
    return this.#balancer.balancer.pick(context);
  }

  report(peer: UpstreamPeer, status: number, failure: 'none' | 'connect' | 'timeout', result: AttemptResult): void {
    this.#balancer.balancer?.release?.(peer, result);
    const passive = this.#checks?.passive ?? null;
    const { slot } = peer as TargetPeer;
    // A peer that was removed while the attempt was under way has no health to change.
    if (passive === null || slot === -1) return;
    this.#environment.table.report(slot, passive.check.classify(status, failure), passive.limits);
  }

  /** Takes a new version of the entity; balancer and checks are made anew only where their configuration changed. */
  configure(entity: Upstream, problems: UpstreamProblem[]): void {
    this.#entity = entity;
    if (balancerIdentity(this.#environment.modules, entity) !== this.#balancer.identity) {
      const previous = this.#balancer;
      this.#balancer = chooseBalancer(this.#environment, entity, reporter(entity, problems));
      this.#balancer.balancer?.update(this.#available);
      void previous.dispose();
    }
    this.#configureChecks(problems);
  }

  setTarget(target: Target, problems: UpstreamProblem[]): void {
    if (this.targets.set(target)) return;
    const message = `target "${target.target}" is neither host, host:port nor [IPv6]:port`;
    problems.push({ type: 'targets', id: target.id, field: 'target', message });
  }

  /** Makes changes of targets, names and the entity effective. */
  commit(): void {
    const { added, removed, reweighted } = this.#peers.reconcile(this.targets.wantedPeers());
    for (const peer of removed) this.#releaseSlot(peer);
    if (this.#checked) for (const peer of added) this.#claimSlot(peer);
    this.#refresh(reweighted);
  }

  health(): UpstreamHealth {
    this.#refresh(false);
    const isAvailable = (peer: TargetPeer): boolean => peer.slot === -1 || this.#environment.table.isAvailable(peer.slot);
    const targets = this.targets.list().map((target) => targetHealth(target, this.#peers.list, { checked: this.#checked, isAvailable }));
    return { healthy: this.#serving, targets };
  }

  /** Sets the health of a target's addresses, or of one of them. @returns how many were set. */
  setHealth(targetId: string, address: { readonly host: string; readonly port: number } | null, healthy: boolean): number {
    const { table } = this.#environment;
    const peers = this.#peers.list.filter(
      ({ targetId: id, host, port, slot }) =>
        id === targetId && slot !== -1 && (address === null || (host === address.host && port === address.port)),
    );
    for (const { slot } of peers) table.set(slot, healthy);
    return peers.length;
  }

  /**
   * The upstream was removed: health, names and checks end now. Requests that run under an older configuration may still
   * pick for a while, among the peers there were.
   */
  retire(): void {
    this.#endHealth();
    this.#environment.clock.after(RETIREMENT_MS, () => void this.#balancer.dispose());
  }

  /** The thread ends. */
  async dispose(): Promise<void> {
    this.#endHealth();
    await Promise.all([this.#checks?.dispose(), this.#balancer.dispose()]);
  }

  #endHealth(): void {
    this.#checked = false;
    this.targets.dispose();
    for (const peer of this.#peers.list) this.#releaseSlot(peer);
    void this.#probing?.dispose();
    void this.#checks?.dispose();
  }

  #configureChecks(problems: UpstreamProblem[]): void {
    const entity = this.#entity;
    const checked = isChecked(entity);
    if (checked !== this.#checked) {
      this.#checked = checked;
      for (const peer of this.#peers.list)
        if (checked) this.#claimSlot(peer);
        else this.#releaseSlot(peer);
    }
    if (checked && this.#checks?.identity === checksIdentity(entity)) return;
    void this.#probing?.dispose();
    void this.#checks?.dispose();
    const { prober } = this.#environment;
    this.#checks = checked ? createChecks({ ...this.#environment, probe: prober !== null }, entity, reporter(entity, problems)) : null;
    const active = this.#checks?.active ?? null;
    this.#probing = active === null || prober === null ? null : prober.add({ checks: active, peers: () => this.#peers.list });
  }

  #claimSlot(peer: TargetPeer): void {
    if (peer.slot === -1) peer.slot = this.#environment.table.claim(`${this.#entity.id}|${PeerSet.key(peer)}`);
  }

  #releaseSlot(peer: TargetPeer): void {
    if (peer.slot !== -1) this.#environment.table.release(peer.slot);
    peer.slot = -1;
  }

  /** Recomputes who may be picked, and tells the balancer if that changed. */
  #refresh(reweighted: boolean): void {
    const { table } = this.#environment;
    // Read first: what changes from here on is seen at the next pick.
    this.#seenVersion = table.version;
    const peers = this.#peers.list;
    const available = this.#checked ? peers.filter(({ slot }) => slot === -1 || table.isAvailable(slot)) : peers;
    this.#serving = isHealthy(peers, available, this.#entity.healthchecks.threshold);
    if (!reweighted && sameList(available, this.#available)) return;
    this.#available = available;
    this.#balancer.balancer?.update(available);
  }
}

/** Kong's rule: the available share of the weight, in percent, must exceed the threshold. */
function isHealthy(all: readonly TargetPeer[], available: readonly TargetPeer[], threshold: number): boolean {
  const total = weightOf(all);
  return total > 0 && (weightOf(available) / total) * 100 > threshold;
}

function weightOf(peers: readonly TargetPeer[]): number {
  return peers.reduce((sum, { weight }) => sum + weight, 0);
}

function sameList(a: readonly TargetPeer[], b: readonly TargetPeer[]): boolean {
  return a.length === b.length && a.every((peer, index) => peer === b[index]);
}

function reporter({ id }: Upstream, problems: UpstreamProblem[]): (field: string, message: string) => void {
  return (field, message) => problems.push({ type: 'upstreams', id, field, message });
}
