import type { Configuration, ConfigurationDelta, Route } from '@gibbon/contracts/entities';
import type { Disposable, Modules, Scope } from '@gibbon/contracts/module';
import type { Router } from '@gibbon/dataplane-router';
import type { BalancedUpstream } from '@gibbon/dataplane-upstream';
import type { CompiledRoute, CompiledService, PluginChain, PluginInstance, Snapshot } from '../snapshot.ts';
import { findAffected, previousRows, type Affected } from './affected.ts';
import { comparePlugins, resolveChain, withPhase, type ScopedPlugin } from './chains.ts';
import { PluginInstances, type CompileProblem } from './plugins.ts';
import { Retirement } from './retirement.ts';
import { compileService } from './services.ts';
import { ConfigurationTables } from './tables.ts';

/** A route of the router with what it stands for. */
export interface RouteEntry {
  readonly route: Route;
  readonly value: CompiledRoute;
}

/** Keeps the router: given what changed, returns the next one. */
export interface RouteIndex {
  update(removedIds: readonly string[], added: readonly RouteEntry[], problems: CompileProblem[]): Router<CompiledRoute>;
}

/** Keeps the upstreams: balancers, peers and their health. */
export interface UpstreamIndex {
  update(delta: ConfigurationDelta, tables: ConfigurationTables, problems: CompileProblem[]): void;
  named(name: string): BalancedUpstream | null;
  resolve(host: string): string | Promise<string>;
  /** Resolves when the host names of all targets have been looked up once. */
  namesSettled(): Promise<void>;
}

/** What a compiler works with. */
export interface CompilerOptions {
  readonly modules: Modules;
  /** Ends with the data plane; plugin instances live in it. */
  readonly scope: Scope;
  readonly routes: RouteIndex;
  readonly upstreams: UpstreamIndex;
}

/** A snapshot and what could not be compiled into it. */
export interface Compiled {
  readonly snapshot: Snapshot;
  readonly problems: readonly CompileProblem[];
}

/**
 * Compiles configuration into snapshots. Holds what outlives a snapshot, so that a delta costs work in proportion to
 * what it touches. One per worker; used on that worker's thread only.
 */
export class SnapshotCompiler {
  readonly tables = new ConfigurationTables();
  readonly #options: CompilerOptions;
  readonly #plugins: PluginInstances;
  readonly #services = new Map<string, CompiledService>();
  readonly #chains = new Map<string, PluginChain>();
  /** Plugins that are bound to neither a route nor a service: global ones and those of a consumer alone. */
  readonly #unattached = new Set<string>();
  readonly #retirement = new Retirement();
  #current: Snapshot | null = null;
  #revision = 0;

  constructor(options: CompilerOptions) {
    this.#options = options;
    this.#plugins = new PluginInstances(options.modules, options.scope);
  }

  /** Compiles a whole configuration; what is the same as before is not compiled again. */
  replace(configuration: Configuration): Compiled {
    return this.apply(this.tables.deltaTo(configuration));
  }

  /** Compiles a difference. The previous snapshot stays valid for the requests that hold it. */
  apply(delta: ConfigurationDelta): Compiled {
    const problems: CompileProblem[] = [];
    const previous = previousRows(delta, this.tables);
    this.tables.apply(delta);
    const retired = this.#updatePlugins(delta, problems);
    this.#options.upstreams.update(delta, this.tables, problems);
    const affected = findAffected(delta, previous, this.tables);
    this.#updateServices(affected);
    const router = this.#updateRoutes(affected, delta.routes?.deleted ?? [], problems);
    return { snapshot: this.#swap(router, retired), problems };
  }

  #updatePlugins(delta: ConfigurationDelta, problems: CompileProblem[]): Disposable[] {
    const retired: Disposable[] = [];
    for (const id of delta.plugins?.deleted ?? []) {
      this.#unattached.delete(id);
      pushIfAny(retired, this.#plugins.delete(id));
    }
    for (const entity of delta.plugins?.upserted ?? []) {
      if (entity.route === null && entity.service === null) this.#unattached.add(entity.id);
      else this.#unattached.delete(entity.id);
      pushIfAny(retired, this.#plugins.set(entity, problems));
    }
    return retired;
  }

  #updateServices(affected: Affected): void {
    for (const id of affected.services) {
      const service = this.tables.get('services', id);
      if (service === null) this.#services.delete(id);
      else this.#services.set(id, compileService(service, this.tables, this.#options.upstreams));
    }
  }

  #updateRoutes(affected: Affected, deleted: readonly string[], problems: CompileProblem[]): Router<CompiledRoute> {
    this.#chains.clear();
    const added: RouteEntry[] = [];
    const removed = new Set(deleted);
    for (const id of affected.routes) {
      removed.add(id);
      const route = this.tables.get('routes', id);
      if (route === null) continue;
      const service = route.service === null ? null : (this.#services.get(route.service.id) ?? null);
      // A disabled service takes its routes with it.
      if (service !== null && !service.service.enabled) continue;
      added.push({ route, value: { route, service, chain: this.#chainOf(route) } });
    }
    return this.#options.routes.update([...removed], added, problems);
  }

  /** Routes without plugins of their own share the chain of their service. */
  #chainOf(route: Route): PluginChain {
    const serviceId = route.service?.id ?? '';
    const own = this.tables.children('plugins', 'route', route.id);
    if (own.length > 0) return resolveChain(this.#candidates(route.id, serviceId));
    let chain = this.#chains.get(serviceId);
    if (chain === undefined) {
      chain = resolveChain(this.#candidates('', serviceId));
      this.#chains.set(serviceId, chain);
    }
    return chain;
  }

  #candidates(routeId: string, serviceId: string): ScopedPlugin[] {
    const candidates: ScopedPlugin[] = [];
    const consider = (id: string): void => {
      const plugin = this.#plugins.get(id);
      if (plugin === null) return;
      const { route, service } = plugin.entity;
      if ((route === null || route.id === routeId) && (service === null || service.id === serviceId)) candidates.push(plugin);
    };
    if (routeId !== '') for (const { id } of this.tables.children('plugins', 'route', routeId)) consider(id);
    if (serviceId !== '') {
      for (const { id, route } of this.tables.children('plugins', 'service', serviceId)) if (route === null) consider(id);
    }
    for (const id of this.#unattached) consider(id);
    return candidates;
  }

  #swap(router: Router<CompiledRoute>, retired: readonly Disposable[]): Snapshot {
    const snapshot = new CompiledSnapshot({
      revision: ++this.#revision,
      router,
      entities: this.tables,
      upstreams: this.#options.upstreams,
      services: this.#services,
      globals: this.#globals(),
    });
    if (this.#current !== null) this.#retirement.supersede(this.#current, retired);
    this.#current = snapshot;
    return snapshot;
  }

  #globals(): { readonly rewrite: readonly PluginInstance[] | null; readonly chain: PluginChain } {
    const globals = [...this.#unattached]
      .flatMap((id) => this.#plugins.get(id) ?? [])
      .filter(({ entity }) => entity.consumer === null)
      .sort(comparePlugins);
    return {
      rewrite: withPhase(
        globals.map(({ instance }) => instance),
        'rewrite',
      ),
      chain: resolveChain(globals),
    };
  }
}

function pushIfAny<T>(list: T[], item: T | null): void {
  if (item !== null) list.push(item);
}

interface SnapshotParts {
  readonly revision: number;
  readonly router: Router<CompiledRoute>;
  readonly entities: ConfigurationTables;
  readonly upstreams: UpstreamIndex;
  readonly services: ReadonlyMap<string, CompiledService>;
  readonly globals: { readonly rewrite: readonly PluginInstance[] | null; readonly chain: PluginChain };
}

/** The snapshot of one revision. */
class CompiledSnapshot implements Snapshot {
  readonly revision: number;
  readonly router: Router<CompiledRoute>;
  readonly rewrite: readonly PluginInstance[] | null;
  readonly globalChain: PluginChain;
  readonly entities: ConfigurationTables;
  inFlight = 0;
  onIdle: (() => void) | null = null;
  readonly #upstreams: UpstreamIndex;
  readonly #services: ReadonlyMap<string, CompiledService>;

  constructor({ revision, router, entities, upstreams, services, globals }: SnapshotParts) {
    this.revision = revision;
    this.router = router;
    this.entities = entities;
    this.#upstreams = upstreams;
    this.#services = services;
    this.rewrite = globals.rewrite;
    this.globalChain = globals.chain;
  }

  upstreamNamed(name: string): BalancedUpstream | null {
    return this.#upstreams.named(name);
  }

  serviceOf(id: string): CompiledService | null {
    const compiled = this.#services.get(id);
    return compiled?.service.enabled === true ? compiled : null;
  }

  resolve(host: string): string | Promise<string> {
    return this.#upstreams.resolve(host);
  }
}
