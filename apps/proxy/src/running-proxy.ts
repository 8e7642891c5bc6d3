import type { ConfigurationSink } from '@gibbon/contracts/dataplane';
import type { Configuration } from '@gibbon/contracts/entities';
import type { PublishResult } from '@gibbon/contracts/publisher';
import type { Logger } from '@gibbon/contracts/services';
import { serveAdminApi, serveStatusApi, type AdminServer } from '@gibbon/dataplane-admin-api';
import type { DataPlane, ListeningAddress, Sockets, ThreadGroup } from '@gibbon/dataplane-listener';
import { storedChange } from '@gibbon/model';
import { withoutClients, type ApiTls } from './api-tls.ts';
import type { ConfigurationCache } from './configuration-cache.ts';
import type { ProxyHost } from './host.ts';
import { wholeChange, type NodeAdmin } from './node-admin.ts';
import type { ProxyOptions } from './options.ts';

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
  /** Whether a configuration serves. */
  readonly configured: boolean;
  /** Serves a configuration that `readConfigurationFile` gave. */
  load(configuration: Configuration): Promise<PublishResult>;
  /** Opens the sockets of the settings, unless they are open: they open by themselves when the first configuration serves. */
  listen(): Promise<void>;
  /** Resolves when the sockets of the settings have been opened; rejects when one of them cannot be. */
  readonly listening: Promise<void>;
  /** Stops accepting, lets requests in flight end, ends everything. */
  stop(): Promise<void>;
}

/** What a running proxy is made of. */
export interface ProxyParts {
  readonly options: ProxyOptions;
  readonly log: Logger;
  /** Credentials of Admin API and Status API. */
  readonly tls: ApiTls;
  readonly threads: ThreadGroup;
  readonly sockets: Sockets;
  readonly dataPlane: DataPlane;
  readonly cache: ConfigurationCache | null;
  readonly admin: NodeAdmin;
  readonly host: ProxyHost['host'];
}

/** A proxy as its process sees it. */
export class NodeProxy implements RunningProxy {
  readonly #parts: ProxyParts;
  readonly #servers: AdminServer[] = [];
  #ownAddresses: Pick<RunningProxy['addresses'], 'admin' | 'status'> = { admin: [], status: [] };

  constructor(parts: ProxyParts) {
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
    const { options, tls, threads, admin, log } = this.#parts;
    await threads.start();
    // Before the Admin API answers: what a controller sends is newer.
    await this.#restore();
    const adminServer = await serveAdminApi({ context: admin, addresses: options.adminListen, tls, log });
    this.#servers.push(adminServer);
    const statusServer = await serveStatusApi({ context: admin, addresses: options.statusListen, tls: withoutClients(tls), log });
    this.#servers.push(statusServer);
    this.#ownAddresses = { admin: adminServer.addresses, status: statusServer.addresses };
    for (const { host, port } of adminServer.addresses) log.info({ listener: 'admin', host, port }, 'listening');
    for (const { host, port } of statusServer.addresses) log.info({ listener: 'status', host, port }, 'listening');
  }

  get configured(): boolean {
    return this.#parts.dataPlane.revision > 0;
  }

  async #restore(): Promise<void> {
    const { cache, admin, log } = this.#parts;
    const kept = cache?.read() ?? null;
    if (kept === null) return;
    const leftOut = await admin.restore(kept);
    log.info({ hash: kept.hash, leftOut: leftOut.length }, 'serving the configuration of the last run');
    for (const { location, message } of leftOut) log.warn({ location, problem: message }, 'left out of the configuration of the last run');
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
    const { tls, threads, sockets, cache, admin, host, log } = this.#parts;
    admin.setDraining();
    sockets.end();
    if (sockets.addresses.length > 0) log.info('draining');
    await Promise.all([threads.stop(DRAIN_MS), cache?.flush()]);
    await Promise.all(this.#servers.map((server) => server.dispose()));
    await tls.dispose();
    await host.stop();
  }
}
