import type { UpstreamHealth } from '@gibbon/dataplane-upstream';
import { hostname } from 'node:os';
import type { Modules } from '@gibbon/contracts/module';
import type { Configuration, ConfigurationDelta, Entity } from '@gibbon/contracts/entities';
import { GatewayError } from '@gibbon/contracts/errors';
import type { ConfigurationChange, Rejection } from '@gibbon/contracts/publisher';
import type {
  AdminContext,
  ApplyOptions,
  ApplyResult,
  DeclarativeDocument,
  DeltaDocument,
  ListenerInfo,
  NodeInfo,
  NodeStatistics,
  PluginInfo,
  Readiness,
  ServingConfiguration,
  StaleBase,
} from '@gibbon/dataplane-admin-api';
import type { DataPlane, PreparedChange, Sockets, ThreadGroup } from '@gibbon/dataplane-listener';
import { mergeSnapshots, nodeSnapshot, renderMetrics } from '@gibbon/metrics';
import { admitDelta, EMPTY_HASH, parseDeclarative, salvage, textHash, type DeclarativeProblem } from '@gibbon/model';
import type { ListenDirective } from '@gibbon/net';
import { systemRandom } from '@gibbon/time';
import type { CachedConfiguration } from './configuration-cache.ts';
import { parseOptionsOf } from './file-configuration.ts';
import { PACKAGE } from './host.ts';
import { ServedContent } from './served-content.ts';

/** Kong's version whose behaviour the proxy has. */
const KONG_VERSION = '3.9.1';

/** What the admin context of a node needs. */
export interface NodeAdminOptions {
  readonly modules: Modules;
  readonly dataPlane: DataPlane;
  readonly threads: ThreadGroup;
  readonly sockets: Pick<Sockets, 'addresses' | 'usable'>;
  readonly health: { reportOf(upstreamId: string): UpstreamHealth | null };
  readonly adminListen: readonly ListenDirective[];
  readonly statusListen: readonly ListenDirective[];
  /** Called when a configuration that came by the Admin API serves. */
  readonly onChanged: () => void;
}

/** The node as its Admin API sees it. */
export class NodeAdmin implements AdminContext {
  readonly #options: NodeAdminOptions;
  readonly #id = systemRandom.uuid();
  #serving: (ServingConfiguration & { readonly revision: number }) | null = null;
  readonly #content = new ServedContent();
  /** The hash of what the content was named for. */
  #contentHash: string | null = null;
  #draining = false;

  constructor(options: NodeAdminOptions) {
    this.#options = options;
  }

  /** Serves a configuration of an earlier run, as far as it can be used by this one. @returns what was left out. */
  async restore({ hash, entities }: CachedConfiguration): Promise<readonly DeclarativeProblem[]> {
    const { dataPlane, modules } = this.#options;
    const upserts = Object.fromEntries(Object.entries(entities).map(([type, upserted]) => [type, { upserted }]));
    const result = await this.#apply<never>(() => {
      const options = { ...parseOptionsOf(modules), base: dataPlane.tables, leaveOut: true, stored: true };
      const admitted = admitDelta(upserts, options);
      if (!admitted.ok) return { outcome: 'invalid', errors: admitted.errors };
      const { delta, leftOut } = admitted;
      // Whoever gave it to us has to give us the rest again.
      const hashOf = (whole: boolean): string => (whole && leftOut.length === 0 ? hash : partialHash(hash));
      return { change: deltaChange(delta), hashOf, leftOut, note: () => this.#content.lose() };
    });
    if (result.outcome === 'invalid') return result.errors;
    return result.outcome === 'applied' ? result.leftOut : [];
  }

  /** The node is about to end: not ready any more. */
  setDraining(): void {
    this.#draining = true;
  }

  get node(): NodeInfo {
    const info = ({
      host,
      port,
      ssl = false,
      http2 = false,
    }: {
      host: string;
      port: number;
      ssl?: boolean;
      http2?: boolean;
    }): ListenerInfo => ({ ip: host, port, ssl, http2 });
    return {
      id: this.#id,
      hostname: hostname(),
      kongVersion: KONG_VERSION,
      gibbonVersion: PACKAGE.version,
      routerFlavor: 'traditional_compatible',
      pid: process.pid,
      proxyListeners: this.#options.sockets.addresses.map(info),
      adminListeners: this.#options.adminListen.map(info),
      statusListeners: this.#options.statusListen.map(info),
    };
  }

  plugins(): readonly PluginInfo[] {
    return this.#options.modules
      .list('plugin')
      .map(({ id, traits }) => ({ name: id.slice('plugin.'.length), version: traits.version, priority: traits.priority }));
  }

  configuration(): ServingConfiguration {
    const { dataPlane } = this.#options;
    const hash = dataPlane.hash ?? this.#hashOf(dataPlane.revision);
    if (this.#serving?.revision !== dataPlane.revision || this.#serving.hash !== hash) {
      const loadedAt = Math.floor(Date.now() / 1000);
      this.#serving = {
        revision: dataPlane.revision,
        hash,
        content: hash === this.#contentHash ? this.#content.text : null,
        loadedAt,
        // Lists of everything are made for who reads them: most want the hash, after every change.
        get configuration() {
          return dataPlane.configuration();
        },
      };
    }
    return this.#serving;
  }

  /** For configurations that came as objects: no document to hash, and hashing all of it at every change would cost too much. */
  #hashOf(revision: number): string {
    return revision === 0 ? EMPTY_HASH : textHash(`${this.#id}/${revision}`);
  }

  async applyDeclarative({ source, text }: DeclarativeDocument, { leaveOut }: ApplyOptions): Promise<ApplyResult> {
    if (this.#draining) return { outcome: 'exiting' };
    const parsed = parseDeclarative(source, { ...parseOptionsOf(this.#options.modules), ...(text !== null && { text }) });
    const { dataPlane } = this.#options;
    if (parsed.ok) {
      const { configuration, hash } = parsed;
      const hashOf = (whole: boolean): string => (whole ? hash : partialHash(hash));
      const note = (): void => this.#content.replace(source);
      return this.#apply<never>(() => ({ change: wholeChange(configuration), hashOf, leftOut: [], note }));
    }
    const { errors, valid } = parsed;
    // What concerns no entity is about the document: nothing tells what it should have been.
    if (!leaveOut || errors.some(({ entity }) => entity === null)) return { outcome: 'invalid', errors };
    return this.#apply<never>(() => {
      const { delta, leftOut } = salvage(valid, errors, { base: dataPlane.tables, configuration: dataPlane.configuration() });
      const hash = partialHash(textHash(text ?? JSON.stringify(source)));
      return { change: deltaChange(delta), hashOf: () => hash, leftOut, note: () => this.#content.lose() };
    });
  }

  async applyDelta({ baseHash, delta, text }: DeltaDocument, { leaveOut }: ApplyOptions): Promise<ApplyResult | StaleBase> {
    if (this.#draining) return { outcome: 'exiting' };
    const { dataPlane, modules } = this.#options;
    return this.#apply<StaleBase>(() => {
      const { hash } = this.configuration();
      if (hash !== baseHash) return { outcome: 'stale', hash };
      const admitted = admitDelta(delta, { ...parseOptionsOf(modules), base: dataPlane.tables, leaveOut });
      if (!admitted.ok) return { outcome: 'invalid', errors: admitted.errors };
      const { leftOut } = admitted;
      const result = textHash(text);
      const hashOf = (whole: boolean): string => (whole && leftOut.length === 0 ? result : partialHash(result));
      const note = (): void => (leftOut.length === 0 ? this.#content.change(delta) : this.#content.lose());
      return { change: deltaChange(admitted.delta), hashOf, leftOut, note };
    });
  }

  /** Applies what `prepare` makes of what serves when its turn has come, unless that is an outcome already. */
  async #apply<T extends StaleBase = never>(prepare: () => Prepared | ApplyResult | T): Promise<ApplyResult | T> {
    const { dataPlane } = this.#options;
    let prepared: Prepared | ApplyResult | T | null = null;
    const result = await dataPlane.applyPrepared(() => {
      prepared = prepare();
      return 'outcome' in prepared ? null : this.#noting(prepared);
    });
    const made = prepared as unknown as Prepared | ApplyResult | T;
    if ('outcome' in made) return made;
    this.#options.onChanged();
    const unused = (result?.rejected ?? []).map((rejection, index) => problemOf(rejection, index, dataPlane));
    return { outcome: 'applied', hash: made.hashOf(unused.length === 0), leftOut: [...made.leftOut, ...unused] };
  }

  /** Names the content together with the hash, when it serves. */
  #noting({ change, hashOf, note }: Prepared): PreparedChange {
    return {
      change,
      hashOf: (whole) => {
        if (whole) note();
        else this.#content.lose();
        this.#contentHash = hashOf(whole);
        return this.#contentHash;
      },
    };
  }

  upstreamHealth(upstreamId: string): UpstreamHealth | null {
    return this.#options.health.reportOf(upstreamId);
  }

  readiness(): Readiness {
    if (this.#draining) return { ready: false, reason: 'draining' };
    const { dataPlane, sockets } = this.#options;
    if (dataPlane.revision === 0) return { ready: false, reason: 'no-configuration' };
    // The sockets open when the first configuration serves.
    return sockets.usable ? { ready: true } : { ready: false, reason: 'starting' };
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

interface Prepared extends PreparedChange {
  readonly leftOut: readonly DeclarativeProblem[];
  /** Called when all of it serves: names the content. */
  note(): void;
}

/** A whole configuration as a change; the data plane finds the difference itself. */
export function wholeChange(configuration: Configuration): ConfigurationChange {
  return { revision: 0, full: () => configuration, delta: null };
}

function deltaChange(delta: ConfigurationDelta): ConfigurationChange {
  const full = (): never => {
    throw new GatewayError('GW_CONFIGURATION_EMPTY', 'a difference has no whole', { source: 'internal' });
  };
  return { revision: 0, full, delta };
}

/** Another hash than that of the whole: who sends the text again must hear again what was left out. */
function partialHash(whole: string): string {
  return textHash(`without what was left out: ${whole}`);
}

/** What the threads could not use, as a problem of its entity. */
function problemOf({ type, id, field, message }: Rejection, index: number, { tables }: DataPlane): DeclarativeProblem {
  const row = tables.get(type, id) as (Entity & { readonly name?: string | null }) | null;
  const entity = { type, id, name: row?.name ?? null, tags: row?.tags ?? null, input: { ...row } };
  return {
    location: `unused.${index}${field === '' ? '' : `.${field}`}`,
    path: field,
    message,
    scope: field === '' ? 'record' : 'field',
    entity,
  };
}
