import type { Route, Service, Upstream } from '@gibbon/contracts/entities';
import type { EntityLookup, PluginHandler } from '@gibbon/contracts/plugin';
import type { Router } from '@gibbon/dataplane-router';
import type { BalancedUpstream } from '@gibbon/dataplane-upstream';
import type { ClientTls } from '@gibbon/dataplane-transport';

/** A plugin entity, ready to run. */
export interface PluginInstance {
  /** Plugin name, for logs. */
  readonly name: string;
  /** Id of the plugin entity. */
  readonly entityId: string;
  readonly handler: PluginHandler;
}

/** One plugin of a chain whose configuration depends on the consumer. */
export interface ChainStep {
  /** Applies when no consumer-scoped configuration does; may be absent. */
  readonly fallback: PluginInstance | null;
  /** Consumer-scoped configurations by consumer id; `null` when there are none. */
  readonly byConsumer: ReadonlyMap<string, PluginInstance> | null;
}

/**
 * The plugins that run for a route, resolved when the configuration is compiled: one array per phase in order of
 * priority, `null` where empty.
 */
export interface PluginChain {
  readonly access: readonly PluginInstance[] | null;
  readonly headerFilter: readonly PluginInstance[] | null;
  readonly bodyFilter: readonly PluginInstance[] | null;
  readonly log: readonly PluginInstance[] | null;
  /** Non-null only when some plugin has consumer-scoped configurations: then the arrays above do not apply and the pipeline collects. */
  readonly steps: readonly ChainStep[] | null;
}

/** A service with what its requests need, resolved. */
export interface CompiledService {
  readonly service: Service;
  /** The upstream that `service.host` names, or `null`: then `host` is a name or an address. */
  readonly balanced: BalancedUpstream | null;
  readonly upstream: Upstream | null;
  /** TLS towards the service, without server name; `null` for plain protocols. */
  readonly tls: ClientTls | null;
  /** Groups connections that may be shared; differs when TLS settings differ. */
  readonly poolKey: string;
}

/** A route with what its requests need, resolved. */
export interface CompiledRoute {
  readonly route: Route;
  readonly service: CompiledService | null;
  readonly chain: PluginChain;
}

/** One immutable configuration of the data plane. A request keeps the snapshot that it started with. */
export interface Snapshot {
  readonly revision: number;
  readonly router: Router<CompiledRoute>;
  /** Rewrite phase: global plugins. */
  readonly rewrite: readonly PluginInstance[] | null;
  /** For requests without a route. */
  readonly globalChain: PluginChain;
  readonly entities: EntityLookup;
  /** For `setTarget`: the upstream of that name, or `null`. */
  upstreamNamed(name: string): BalancedUpstream | null;
  /** For `setService`: the service of that id, or `null`. */
  serviceOf(id: string): CompiledService | null;
  /** Exchanges that run under this snapshot. The pipeline counts up when one starts and down when its log phase ended. */
  inFlight: number;
  /** Called when `inFlight` falls to 0 after the snapshot was superseded: what only it used is released. `null` while it is current. */
  onIdle: (() => void) | null;
  /** Resolves a host name that is not an upstream to an address; synchronous when cached. */
  resolve(host: string): string | Promise<string>;
}
