import { hostname } from 'node:os';
import type { Modules } from '@gibbon/contracts/module';
import type { ConfigurationChange } from '@gibbon/contracts/publisher';
import type {
  AdminContext,
  ApplyResult,
  DeclarativeDocument,
  ListenerInfo,
  NodeInfo,
  NodeStatistics,
  PluginInfo,
  Readiness,
  ServingConfiguration,
  UpstreamHealth,
} from '@gibbon/dataplane-admin-api';
import { type DataPlane, type ListeningAddress, type ThreadGroup } from '@gibbon/dataplane-listener';
import { mergeSnapshots, nodeSnapshot, renderMetrics } from '@gibbon/metrics';
import { EMPTY_HASH, parseDeclarative, textHash } from '@gibbon/model';
import type { ListenDirective } from '@gibbon/net';
import { systemRandom } from '@gibbon/time';
import { parseOptionsOf } from './file-configuration.ts';
import { PACKAGE } from './host.ts';

/** Kong's version whose behaviour the proxy has. */
const KONG_VERSION = '3.9.1';

/** What the admin context of a node needs. */
export interface NodeAdminOptions {
  readonly modules: Modules;
  readonly dataPlane: DataPlane;
  readonly threads: ThreadGroup;
  readonly health: { reportOf(upstreamId: string): UpstreamHealth | null };
  readonly adminListen: readonly ListenDirective[];
  readonly statusListen: readonly ListenDirective[];
}

/** The node as its Admin API sees it. */
export class NodeAdmin implements AdminContext {
  readonly #options: NodeAdminOptions;
  readonly #id = systemRandom.uuid();
  #proxyListeners: readonly ListeningAddress[] = [];
  #serving: (ServingConfiguration & { readonly revision: number }) | null = null;
  #hashes = new Map<number, string>();
  #listening = false;
  #draining = false;

  constructor(options: NodeAdminOptions) {
    this.#options = options;
  }

  /** The proxy's sockets are open. */
  setListening(addresses: readonly ListeningAddress[]): void {
    this.#proxyListeners = addresses;
    this.#listening = true;
  }

  /** The node is about to end: not ready any more. */
  setDraining(): void {
    this.#draining = true;
  }

  get node(): NodeInfo {
    const info = ({ host, port, ssl = false, http2 = false }: { host: string; port: number; ssl?: boolean; http2?: boolean }): ListenerInfo => ({ ip: host, port, ssl, http2 });
    return {
      id: this.#id,
      hostname: hostname(),
      kongVersion: KONG_VERSION,
      gibbonVersion: PACKAGE.version,
      routerFlavor: 'traditional_compatible',
      pid: process.pid,
      proxyListeners: this.#proxyListeners.map(info),
      adminListeners: this.#options.adminListen.map(info),
      statusListeners: this.#options.statusListen.map(info),
    };
  }

  plugins(): readonly PluginInfo[] {
    return this.#options.modules.list('plugin').map(({ id, traits }) => ({ name: id.slice('plugin.'.length), version: traits.version, priority: traits.priority }));
  }

  configuration(): ServingConfiguration {
    const { dataPlane } = this.#options;
    if (this.#serving?.revision !== dataPlane.revision) {
      const configuration = dataPlane.configuration();
      const hash = this.#hashes.get(dataPlane.revision) ?? this.#hashOf(dataPlane.revision);
      this.#serving = { revision: dataPlane.revision, configuration, hash, loadedAt: Math.floor(Date.now() / 1000) };
      this.#hashes.clear();
    }
    return this.#serving;
  }

  /** For configurations that came as objects: no document to hash, and hashing all of it at every change would cost too much. */
  #hashOf(revision: number): string {
    return revision === 0 ? EMPTY_HASH : textHash(`${this.#id}/${revision}`);
  }

  async applyDeclarative({ source, text }: DeclarativeDocument): Promise<ApplyResult> {
    if (this.#draining) return { outcome: 'exiting' };
    const parsed = parseDeclarative(source, { ...parseOptionsOf(this.#options.modules), ...(text !== null && { text }) });
    if (!parsed.ok) return { outcome: 'invalid', errors: parsed.errors };
    const { configuration, hash } = parsed;
    const { dataPlane } = this.#options;
    await dataPlane.apply(wholeChange(configuration));
    this.#hashes.set(dataPlane.revision, hash);
    this.#serving = { revision: dataPlane.revision, configuration, hash, loadedAt: Math.floor(Date.now() / 1000) };
    return { outcome: 'applied', configuration };
  }

  upstreamHealth(upstreamId: string): UpstreamHealth | null {
    return this.#options.health.reportOf(upstreamId);
  }

  readiness(): Readiness {
    if (this.#draining) return { ready: false, reason: 'draining' };
    if (!this.#listening) return { ready: false, reason: 'starting' };
    return this.#options.dataPlane.revision === 0 ? { ready: false, reason: 'no-configuration' } : { ready: true };
  }

  async statistics(): Promise<NodeStatistics> {
    const { requests, connections, acceptedConnections, activeRequests } = await this.#options.threads.stats();
    return {
      connectionsActive: connections,
      connectionsReading: 0,
      connectionsWriting: activeRequests,
      connectionsWaiting: Math.max(connections - activeRequests, 0),
      connectionsAccepted: acceptedConnections,
      connectionsHandled: acceptedConnections,
      totalRequests: requests,
      workers: [{ pid: process.pid, heapBytes: process.memoryUsage().heapUsed }],
      sharedMemory: {},
    };
  }

  async metrics(): Promise<string> {
    const [reading, threads] = await Promise.all([this.statistics(), this.#options.threads.metrics()]);
    return renderMetrics(mergeSnapshots([nodeSnapshot({ id: this.#id, kongVersion: KONG_VERSION }, reading), threads]));
  }
}

/** A whole configuration as a change; the data plane finds the difference itself. */
export function wholeChange(configuration: ReturnType<ConfigurationChange['full']>): ConfigurationChange {
  return { revision: 0, full: () => configuration, delta: null };
}
