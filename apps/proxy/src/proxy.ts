import { Worker } from 'node:worker_threads';
import type { ConfigurationSink } from '@gibbon/contracts/dataplane';
import type { Configuration } from '@gibbon/contracts/entities';
import type { PublishResult } from '@gibbon/contracts/publisher';
import type { Logger } from '@gibbon/contracts/services';
import { serveAdminApi, serveStatusApi, type AdminServer } from '@gibbon/dataplane-admin-api';
import {
  DataPlane,
  MainThread,
  Sockets,
  WorkerPool,
  type ListeningAddress,
  type ThreadGroup,
  type ThreadListener,
} from '@gibbon/dataplane-listener';
import { storedChange } from '@gibbon/model';
import type { ListenDirective } from '@gibbon/net';
import { systemClock } from '@gibbon/time';
import { bootHost, type ProxyHost } from './host.ts';
import { NodeAdmin, wholeChange } from './node-admin.ts';
import type { ProxyOptions } from './options.ts';
import { assertListenable } from './ports.ts';
import { createSharedState, type SharedState } from './shared-state.ts';
import { createServingThread } from './thread.ts';
import { NodeUpstreams } from './upstreams.ts';
import type { WorkerStart } from './worker.ts';

/** How long requests in flight may take when the proxy ends. Milliseconds. */
const DRAIN_MS = 10_000;

/** A proxy that runs. */
export interface RunningProxy {
  /** Takes configuration from a control plane, in which secrets are in clear. */
  readonly sink: ConfigurationSink;
  /** The modules of the main thread. */
  readonly host: ProxyHost['host'];
  /** Actual addresses now; those of the settings in their order. */
  readonly addresses: {
    readonly proxy: readonly ListeningAddress[];
    readonly admin: readonly { readonly port: number }[];
    readonly status: readonly { readonly port: number }[];
  };
  /** Serves a configuration that `readConfigurationFile` gave. */
  load(configuration: Configuration): Promise<PublishResult>;
  /** Opens the sockets of the settings, unless they are open: they open by themselves when the first configuration serves. */
  listen(): Promise<void>;
  /** Resolves when the sockets of the settings have been opened; rejects when one of them cannot be. */
  readonly listening: Promise<void>;
  /** Stops accepting, lets requests in flight end, ends everything. */
  stop(): Promise<void>;
}

/**
 * Starts a proxy: threads, Admin API and Status API. It does not listen for traffic before `listen()`, so that no client
 * is told 404 while the first configuration is on its way.
 * Rejects with a GatewayError that names what cannot be had; nothing is left open then.
 */
export async function startProxy(options: ProxyOptions, log: Logger): Promise<RunningProxy> {
  await assertListenable([...options.proxyListen, ...options.adminListen, ...options.statusListen]);
  const shared = createSharedState(options);
  const { host } = await bootHost(log, options.modules, shared.counters);
  const health = new NodeUpstreams(host, shared);
  let dataPlane: DataPlane | null = null;
  const threads = createThreads(shared, log, () => dataPlane?.current() ?? null);
  const fixed = options.proxyListen.map((directive) => listenerOf(directive));
  const sockets = new Sockets({ threads, fixed, log, assertFree: (address) => assertListenable([address]) });
  dataPlane = new DataPlane({ threads, sockets, health, log });
  const admin = new NodeAdmin({
    modules: host.modules,
    dataPlane,
    threads,
    sockets,
    health,
    adminListen: options.adminListen,
    statusListen: options.statusListen,
  });
  const running = new Running({ options, log, threads, sockets, dataPlane, admin, host });
  try {
    await running.start();
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}

interface Parts {
  readonly options: ProxyOptions;
  readonly log: Logger;
  readonly threads: ThreadGroup;
  readonly sockets: Sockets;
  readonly dataPlane: DataPlane;
  readonly admin: NodeAdmin;
  readonly host: ProxyHost['host'];
}

class Running implements RunningProxy {
  readonly #parts: Parts;
  readonly #servers: AdminServer[] = [];
  #ownAddresses: Pick<RunningProxy['addresses'], 'admin' | 'status'> = { admin: [], status: [] };

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get sink(): ConfigurationSink {
    return { apply: (change) => this.#parts.dataPlane.apply(storedChange(change)) };
  }

  get host(): ProxyHost['host'] {
    return this.#parts.host;
  }

  get addresses(): RunningProxy['addresses'] {
    return { proxy: this.#parts.sockets.addresses, ...this.#ownAddresses };
  }

  async start(): Promise<void> {
    const { options, threads, admin, log } = this.#parts;
    await threads.start();
    const adminServer = await serveAdminApi({ context: admin, addresses: options.adminListen, log });
    this.#servers.push(adminServer);
    const statusServer = await serveStatusApi({ context: admin, addresses: options.statusListen, log });
    this.#servers.push(statusServer);
    this.#ownAddresses = { admin: adminServer.addresses, status: statusServer.addresses };
    for (const { host, port } of adminServer.addresses) log.info({ listener: 'admin', host, port }, 'listening');
    for (const { host, port } of statusServer.addresses) log.info({ listener: 'status', host, port }, 'listening');
  }

  load(configuration: Configuration): Promise<PublishResult> {
    return this.#parts.dataPlane.apply(wholeChange(configuration));
  }

  listen(): Promise<void> {
    return this.#parts.sockets.open();
  }

  get listening(): Promise<void> {
    return this.#parts.sockets.opened;
  }

  async stop(): Promise<void> {
    const { threads, sockets, admin, host, log } = this.#parts;
    admin.setDraining();
    sockets.end();
    if (sockets.addresses.length > 0) log.info('draining');
    await threads.stop(DRAIN_MS);
    await Promise.all(this.#servers.map((server) => server.dispose()));
    await host.stop();
  }
}

function listenerOf({ host, port, ssl }: ListenDirective): ThreadListener {
  return { host, port, ssl, reusePort: true };
}

function createThreads(shared: SharedState, log: Logger, current: () => ReturnType<DataPlane['current']>): ThreadGroup {
  const { workers } = shared.options;
  if (workers === 0) return new MainThread(() => createServingThread(shared, 0, log));
  const spawn = (index: number): Worker => {
    const workerData: WorkerStart = { shared, index };
    return new Worker(new URL('./worker.ts', import.meta.url), { workerData, name: `gibbon-${index}` });
  };
  return new WorkerPool({ size: workers, spawn, log, clock: systemClock, current });
}
