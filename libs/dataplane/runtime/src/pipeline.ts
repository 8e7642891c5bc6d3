import type { Clock, Logger } from '@gibbon/contracts/services';
import { ServerConnection } from '@gibbon/dataplane-http1';
import type { Connection, ConnectionHandler, Transport } from '@gibbon/dataplane-transport';
import { RequestIds } from '@gibbon/http';
import type { TimerWheel } from '@gibbon/time';
import { clientFacts } from './client-facts.ts';
import { RequestFlow, type FlowContext } from './request-flow.ts';
import { OutageLog } from './outage-log.ts';
import { ResponseHeadWriter } from './response-head.ts';
import { compileSettings, DEFAULT_SETTINGS, type ProxySettings } from './settings.ts';
import type { Snapshot } from './snapshot.ts';
import { UpstreamPools } from './upstream-pools.ts';

/** What a pipeline needs. */
export interface PipelineOptions {
  /** Settings that differ from the defaults. */
  readonly settings?: Partial<ProxySettings>;
  readonly clock: Clock;
  /** The worker's wheel; the caller's to dispose. */
  readonly wheel: TimerWheel;
  readonly transport: Transport;
  readonly log: Logger;
  /** Random bytes as lower-case hexadecimal: request ids. */
  readonly randomHex: (bytes: number) => string;
  /** The first configuration. */
  readonly snapshot: Snapshot;
}

/** What goes on in a pipeline. */
export interface PipelineStats {
  /** Requests begun since the start. */
  readonly requests: number;
  /** Requests in progress. */
  readonly activeRequests: number;
  /** Client connections, open now and accepted since the start. */
  readonly connections: number;
  readonly acceptedConnections: number;
  /** Upstream connections, and how many of them wait for work. */
  readonly upstreamConnections: number;
  readonly idleUpstreamConnections: number;
}

/** The HTTP/1.1 data plane of one worker. */
export interface Pipeline {
  /** For `transport.listen`: takes a connection, returns its handler. */
  accept(connection: Connection): ConnectionHandler;
  /** Configuration for requests that begin from now on; those in progress keep theirs. */
  use(snapshot: Snapshot): void;
  /** Closes some of the connections: idle ones at once, the others after their response. */
  drainSome(chosen: (connection: Connection) => boolean): void;
  /**
   * Closes idle connections at once and the others after their response; resolves when all are gone. Stop listening first.
   * Calling it again returns the same promise.
   */
  drain(): Promise<void>;
  /** Closes everything now, requests in progress included. */
  destroy(): void;
  readonly stats: PipelineStats;
}

/** Makes a pipeline. Opens nothing by itself. */
export function createPipeline(options: PipelineOptions): Pipeline {
  return new WorkerPipeline(options);
}

class WorkerPipeline implements Pipeline {
  readonly #context: FlowContext & { snapshot: Snapshot };
  readonly #connections = new Set<ServerConnection>();
  #accepted = 0;
  #draining: Promise<void> | null = null;
  #drained: (() => void) | null = null;

  constructor(options: PipelineOptions) {
    const { wheel, log, transport } = options;
    const settings = compileSettings({ ...DEFAULT_SETTINGS, ...options.settings }, (problem) =>
      log.warn({ problem }, 'a setting cannot be used'),
    );
    this.#context = {
      settings,
      wheel,
      log,
      outages: new OutageLog(log, () => wheel.now.monotonicMs),
      pools: new UpstreamPools({ transport, wheel, settings }),
      ids: new RequestIds(options.randomHex),
      responses: new ResponseHeadWriter(settings),
      snapshot: options.snapshot,
      counts: { requests: 0, active: 0 },
    };
  }

  accept(connection: Connection): ConnectionHandler {
    const context = this.#context;
    const facts = clientFacts(connection, context.settings, ++this.#accepted);
    const server: ServerConnection = new ServerConnection(
      connection,
      context.settings.server,
      context.wheel,
      (made) => new RequestFlow(context, made, facts, () => this.#closed(made)),
    );
    this.#connections.add(server);
    if (this.#draining !== null) server.drain();
    return server;
  }

  use(snapshot: Snapshot): void {
    this.#context.snapshot = snapshot;
  }

  drainSome(chosen: (connection: Connection) => boolean): void {
    for (const server of [...this.#connections]) if (chosen(server.connection)) server.drain();
  }

  drain(): Promise<void> {
    this.#draining ??= new Promise((resolve) => {
      this.#drained = resolve;
      for (const connection of [...this.#connections]) connection.drain();
      this.#settle();
    });
    return this.#draining;
  }

  destroy(): void {
    for (const connection of [...this.#connections]) connection.connection.destroy();
    this.#context.pools.destroy();
  }

  get stats(): PipelineStats {
    const upstream = this.#context.pools.count();
    return {
      requests: this.#context.counts.requests,
      activeRequests: this.#context.counts.active,
      connections: this.#connections.size,
      acceptedConnections: this.#accepted,
      upstreamConnections: upstream.open,
      idleUpstreamConnections: upstream.idle,
    };
  }

  #closed(connection: ServerConnection): void {
    this.#connections.delete(connection);
    this.#settle();
  }

  #settle(): void {
    if (this.#drained === null || this.#connections.size > 0) return;
    this.#context.pools.close();
    this.#drained();
    this.#drained = null;
  }
}
