import type { Target, Upstream } from '@gibbon/contracts/entities';
import type { Modules, Scope } from '@gibbon/contracts/module';
import type { Clock } from '@gibbon/contracts/services';
import type { BalancedUpstream, SetHealthResult, UpstreamChange, UpstreamHealth, UpstreamProblem } from './contract.ts';
import { DnsCache } from './dns-cache.ts';
import { type DnsClient, SystemDns } from './dns-client.ts';
import { HealthTable } from './health-table.ts';
import { Prober } from './prober.ts';
import { parseTarget } from './target-address.ts';
import { type UpstreamEnvironment, UpstreamState } from './upstream-state.ts';

/** What a registry works with. */
export interface UpstreamRegistryOptions {
  /** Where balancers and health checks are found. */
  readonly modules: Modules;
  /** Ends with the thread; everything that the registry opens ends with it. */
  readonly scope: Scope;
  readonly clock: Clock;
  /** Health that all threads of the node share; default a table of its own. */
  readonly table?: HealthTable;
  /** Default the system's. */
  readonly dns?: DnsClient;
  /** Whether this thread runs the active checks: exactly one thread of a node does. */
  readonly probe: boolean;
}

/**
 * The upstreams of one thread, across configurations: balancers, peers and health live as long as their upstream and
 * target do, and a change touches the upstreams it concerns and no others.
 */
export class UpstreamRegistry {
  readonly #environment: UpstreamEnvironment;
  readonly #states = new Map<string, UpstreamState>();
  readonly #byName = new Map<string, UpstreamState>();
  readonly #upstreams = new Map<string, Upstream>();
  readonly #targets = new Map<string, Target>();
  /** Ids of targets by the id of their upstream, also where that does not exist (yet). */
  readonly #byUpstream = new Map<string, Set<string>>();

  constructor({ modules, scope, clock, table = new HealthTable(), dns = new SystemDns(), probe }: UpstreamRegistryOptions) {
    const cache = scope.own(new DnsCache(dns, clock));
    const prober = probe ? scope.own(new Prober(clock, table)) : null;
    this.#environment = { modules, scope, clock, table, dns: cache, prober };
    scope.own(() => this.#disposeAll());
  }

  /** Takes a difference to what is there. @returns what of it cannot be used as configured; the rest serves. */
  apply({ upstreams, targets }: UpstreamChange): readonly UpstreamProblem[] {
    const problems: UpstreamProblem[] = [];
    const touched = new Set<UpstreamState>();
    for (const id of targets?.deleted ?? []) this.#deleteTarget(id, touched);
    for (const id of upstreams?.deleted ?? []) this.#deleteUpstream(id, touched);
    for (const entity of targets?.upserted ?? []) this.#fileTarget(entity, touched);
    const made = new Set<UpstreamState>();
    for (const entity of upstreams?.upserted ?? []) touched.add(this.#setUpstream(entity, made, problems));
    for (const entity of targets?.upserted ?? []) {
      const state = this.#states.get(entity.upstream.id);
      // New upstreams have taken all their targets already.
      if (state === undefined || made.has(state)) continue;
      state.setTarget(entity, problems);
      touched.add(state);
    }
    for (const state of touched) state.commit();
    return problems;
  }

  /** Takes everything that there should be; entities that are the same objects as before count as unchanged. */
  reconcile(upstreams: readonly Upstream[], targets: readonly Target[]): readonly UpstreamProblem[] {
    return this.apply({ upstreams: difference(this.#upstreams, upstreams), targets: difference(this.#targets, targets) });
  }

  /** The upstream of that name, or `null`. The same object until the upstream is removed. */
  named(name: string): BalancedUpstream | null {
    return this.#byName.get(name) ?? null;
  }

  /**
   * An address of a host that is no upstream, round robin over its records; synchronous when cached.
   * Rejects with a GatewayError `GW_DNS_FAILED`.
   */
  resolve(host: string): string | Promise<string> {
    return this.#environment.dns.resolve(host);
  }

  /**
   * Resolves when every name of a target has been asked for at least once: until then its upstream may have no peers.
   * Bounded by the resolver's own timeouts; never rejects.
   */
  namesSettled(): Promise<void> {
    return this.#environment.dns.settled();
  }

  /** How an upstream and its targets are, by the upstream's id. */
  health(upstreamId: string): UpstreamHealth | null {
    return this.#states.get(upstreamId)?.health() ?? null;
  }

  /**
   * Sets the health of a target by hand, for all threads, and clears its counters.
   * @param target id of the target entity, or its `host:port`.
   * @param address `ip:port` of one of its addresses, or `null` for all.
   */
  setHealth(upstreamId: string, target: string, address: string | null, healthy: boolean): SetHealthResult {
    const state = this.#states.get(upstreamId);
    if (state === undefined) return 'no-upstream';
    const entry = state.targets.get(target) ?? findByAddress(state, target);
    if (entry === null) return 'no-target';
    if (!state.checked) return 'no-checker';
    const one = address === null ? null : parseTarget(address);
    if (address !== null && one === null) return 'no-target';
    return state.setHealth(entry.entity.id, one, healthy) > 0 ? 'done' : 'no-target';
  }

  #setUpstream(entity: Upstream, made: Set<UpstreamState>, problems: UpstreamProblem[]): UpstreamState {
    const previous = this.#upstreams.get(entity.id);
    let state = this.#states.get(entity.id);
    if (state === undefined) {
      state = new UpstreamState(this.#environment, entity, problems);
      made.add(state);
      this.#states.set(entity.id, state);
      for (const id of this.#byUpstream.get(entity.id) ?? []) state.setTarget(this.#targets.get(id) as Target, problems);
    } else state.configure(entity, problems);
    this.#upstreams.set(entity.id, entity);
    if (previous !== undefined && this.#byName.get(previous.name) === state) this.#byName.delete(previous.name);
    this.#byName.set(entity.name, state);
    return state;
  }

  #deleteUpstream(id: string, touched: Set<UpstreamState>): void {
    const state = this.#states.get(id);
    if (state === undefined) return;
    const name = this.#upstreams.get(id)?.name ?? '';
    if (this.#byName.get(name) === state) this.#byName.delete(name);
    this.#states.delete(id);
    this.#upstreams.delete(id);
    touched.delete(state);
    state.retire();
  }

  /** Notes a target, and takes it away from the upstream that it belonged to before. */
  #fileTarget(entity: Target, touched: Set<UpstreamState>): void {
    const previous = this.#targets.get(entity.id);
    if (previous !== undefined && previous.upstream.id !== entity.upstream.id) this.#deleteTarget(entity.id, touched);
    this.#targets.set(entity.id, entity);
    const siblings = this.#byUpstream.get(entity.upstream.id);
    if (siblings === undefined) this.#byUpstream.set(entity.upstream.id, new Set([entity.id]));
    else siblings.add(entity.id);
  }

  #deleteTarget(id: string, touched: Set<UpstreamState>): void {
    const entity = this.#targets.get(id);
    if (entity === undefined) return;
    this.#targets.delete(id);
    const siblings = this.#byUpstream.get(entity.upstream.id);
    siblings?.delete(id);
    if (siblings?.size === 0) this.#byUpstream.delete(entity.upstream.id);
    const state = this.#states.get(entity.upstream.id);
    if (state === undefined) return;
    state.targets.delete(id);
    touched.add(state);
  }

  async #disposeAll(): Promise<void> {
    const states = [...this.#states.values()];
    this.#states.clear();
    this.#byName.clear();
    await Promise.all(states.map((state) => state.dispose()));
  }
}

function difference<T extends { readonly id: string }>(
  current: ReadonlyMap<string, T>,
  wanted: readonly T[],
): { upserted: T[]; deleted: string[] } {
  const ids = new Set(wanted.map(({ id }) => id));
  return {
    upserted: wanted.filter((entity) => current.get(entity.id) !== entity),
    deleted: [...current.keys()].filter((id) => !ids.has(id)),
  };
}

function findByAddress(state: UpstreamState, text: string): ReturnType<UpstreamState['targets']['get']> {
  const wanted = parseTarget(text);
  if (wanted === null) return null;
  return state.targets.list().find(({ address }) => address.host === wanted.host && address.port === wanted.port) ?? null;
}
