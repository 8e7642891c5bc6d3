import type { ConfigurationDelta } from '@gibbon/contracts/entities';
import type { AddressHealthReport, AddressState, UpstreamHealthReporter } from '@gibbon/contracts/services';
import type { NodeHealth } from '@gibbon/dataplane-listener';
import type { CompileProblem, ConfigurationTables, UpstreamIndex } from '@gibbon/dataplane-runtime';
import { HealthTable, UpstreamRegistry, type BalancedUpstream, type UpstreamHealth } from '@gibbon/dataplane-upstream';
import type { Host } from '@gibbon/kernel';
import { systemClock } from '@gibbon/time';
import type { SharedState } from './shared-state.ts';

/** Number of the main thread among those that share the health table; workers follow. */
const MAIN_THREAD = 0;

function registryOf(host: Host, { health }: SharedState, holder: number): UpstreamRegistry {
  return new UpstreamRegistry({
    modules: host.modules,
    scope: host.scope,
    clock: systemClock,
    table: new HealthTable(health, holder),
    probe: holder === MAIN_THREAD,
  });
}

/** The upstreams of a serving thread. */
export class ThreadUpstreams implements UpstreamIndex, UpstreamHealthReporter {
  readonly #registry: UpstreamRegistry;
  #tables: ConfigurationTables | null = null;

  /** @param index of the thread, from 0. */
  constructor(host: Host, shared: SharedState, index: number) {
    this.#registry = registryOf(host, shared, MAIN_THREAD + 1 + index);
  }

  update(delta: ConfigurationDelta, tables: ConfigurationTables, problems: CompileProblem[]): void {
    this.#tables = tables;
    problems.push(...this.#registry.apply(delta));
  }

  named(name: string): BalancedUpstream | null {
    return this.#registry.named(name);
  }

  resolve(host: string): string | Promise<string> {
    return this.#registry.resolve(host);
  }

  async namesSettled(): Promise<void> {
    await this.#registry.namesSettled();
  }

  reportAll(report: (health: AddressHealthReport) => void): void {
    for (const { id, name } of this.#tables?.all('upstreams') ?? []) {
      for (const target of this.#registry.health(id)?.targets ?? []) {
        const label = this.#tables?.get('targets', target.targetId)?.target ?? target.targetId;
        const state = target.health.toLowerCase() as AddressState;
        if (target.addresses.length === 0) report({ upstream: name, target: label, address: '', state });
        for (const { ip, port, health } of target.addresses) {
          report({ upstream: name, target: label, address: `${ip}:${port}`, state: health.toLowerCase() as AddressState });
        }
      }
    }
  }
}

/** The upstreams as the main thread sees them: it runs the active checks and reports to the Admin API. */
export class NodeUpstreams implements NodeHealth {
  readonly #registry: UpstreamRegistry;

  constructor(host: Host, shared: SharedState) {
    this.#registry = registryOf(host, shared, MAIN_THREAD);
  }

  update(delta: ConfigurationDelta): void {
    this.#registry.apply(delta);
  }

  /** How an upstream is, by its id. */
  reportOf(upstreamId: string): UpstreamHealth | null {
    return this.#registry.health(upstreamId);
  }
}
