import { GatewayError } from '@gibbon/contracts/errors';
import type { Disposable, Modules, Scope } from '@gibbon/contracts/module';
import type { Clock, Logger, Random } from '@gibbon/contracts/services';
import {
  createPipeline,
  RouterIndex,
  SnapshotCompiler,
  type CompileProblem,
  type Pipeline,
  type PipelineStats,
  type ProxySettings,
  type UpstreamIndex,
} from '@gibbon/dataplane-runtime';
import { CertificateStore, type TlsIdentity } from '@gibbon/dataplane-tls';
import type { Server, Transport } from '@gibbon/dataplane-transport';
import type { MetricsRegistry, MetricsSnapshot } from '@gibbon/metrics';
import { TimerWheel } from '@gibbon/time';
import { formatHostPort } from '@gibbon/net';
import { covers } from './socket-plan.ts';
import type { DataPlaneThread, ListeningAddress, SocketAddress, ThreadConfiguration, ThreadListener } from './thread.ts';

/** What a serving thread is made of. */
export interface ServingThreadOptions {
  readonly modules: Modules;
  /** Ends with the thread. */
  readonly scope: Scope;
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: MetricsRegistry;
  readonly transport: Transport;
  readonly upstreams: UpstreamIndex;
  readonly settings: Partial<ProxySettings>;
  /** Certificate for names that no configuration knows; the same in all threads. */
  readonly fallbackIdentity: TlsIdentity;
  /** 48 bytes that all threads share, so that a TLS session resumes in any of them. */
  readonly ticketKeys: Buffer;
}

interface OpenSocket {
  readonly server: Server;
  readonly ssl: boolean;
}

/** How long a thread that begins to serve waits for the host names of its targets. Milliseconds. */
const NAMES_MS = 2000;

/** Serves traffic: a compiler, a pipeline, certificates and sockets on one thread. */
export class ServingThread implements DataPlaneThread {
  readonly #options: ServingThreadOptions;
  readonly #compiler: SnapshotCompiler;
  readonly #certificates: CertificateStore;
  readonly #wheel: TimerWheel;
  readonly #pipeline: Pipeline;
  /** By address. */
  readonly #sockets = new Map<string, OpenSocket>();
  /** Sockets are opened and closed one call after the other. */
  #work: Promise<unknown> = Promise.resolve();
  #revision = 0;

  constructor(options: ServingThreadOptions) {
    const { modules, scope, upstreams, clock, log, transport, random, settings } = options;
    this.#options = options;
    this.#certificates = new CertificateStore({ fallback: options.fallbackIdentity, ticketKeys: options.ticketKeys });
    this.#compiler = new SnapshotCompiler({ modules, scope, routes: new RouterIndex(), upstreams });
    this.#wheel = new TimerWheel(clock);
    this.#pipeline = createPipeline({
      settings,
      clock,
      log,
      transport,
      wheel: this.#wheel,
      randomHex: (bytes) => random.hex(bytes),
      snapshot: this.#compiler.apply({}).snapshot,
    });
  }

  async configure({ revision, delta, full }: ThreadConfiguration): Promise<readonly CompileProblem[]> {
    if (delta !== null && revision !== this.#revision + 1) {
      throw new GatewayError('GW_CONFIGURATION_BASE', `revision ${revision} is a difference to another one than ${this.#revision}`, {
        source: 'internal',
      });
    }
    const change = delta ?? this.#compiler.tables.deltaTo(full ?? raise());
    const { snapshot, problems } = this.#compiler.apply(change);
    const rejected = change.certificates !== undefined || change.snis !== undefined ? this.#updateCertificates() : [];
    this.#pipeline.use(snapshot);
    // A thread that begins to serve must not answer 503 only because names are still being looked up.
    if (this.#revision === 0) await this.#withDeadline(this.#options.upstreams.namesSettled(), NAMES_MS);
    this.#revision = revision;
    return [...problems, ...rejected];
  }

  listen(listeners: readonly ThreadListener[]): Promise<readonly ListeningAddress[]> {
    return this.#enqueue(() => this.#openAll(listeners));
  }

  unlisten(addresses: readonly SocketAddress[]): Promise<void> {
    return this.#enqueue(async () => {
      for (const { host, port } of addresses) {
        if (!(await this.#closeSocket(formatHostPort(host, port)))) continue;
        this.#pipeline.drainSome((connection) => connection.localPort === port && covers(host, connection.localAddress));
      }
    });
  }

  metrics(): MetricsSnapshot {
    return this.#options.metrics.snapshot();
  }

  stats(): PipelineStats {
    return this.#pipeline.stats;
  }

  async drain(deadlineMs: number): Promise<void> {
    await this.#stopListening();
    await this.#withDeadline(this.#pipeline.drain(), deadlineMs);
  }

  async close(): Promise<void> {
    await this.#stopListening();
    this.#pipeline.destroy();
    this.#wheel.dispose();
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => {});
    return done;
  }

  async #openAll(listeners: readonly ThreadListener[]): Promise<readonly ListeningAddress[]> {
    const addresses: ListeningAddress[] = [];
    const opened: string[] = [];
    try {
      for (const listener of listeners) {
        const { server, ssl } = this.#sockets.get(formatHostPort(listener.host, listener.port)) ?? (await this.#open(listener, opened));
        addresses.push({ host: server.host, port: server.port, ssl });
      }
    } catch (error) {
      for (const key of opened) await this.#closeSocket(key);
      throw error;
    }
    return addresses;
  }

  async #open({ host, port, ssl, reusePort }: ThreadListener, opened: string[]): Promise<OpenSocket> {
    let bound = port;
    const contextFor = (name: string | null) => this.#certificates.contextFor(name, bound);
    const tls = ssl ? { contextFor, alpn: ['http/1.1'] } : null;
    const accept = this.#pipeline.accept.bind(this.#pipeline);
    const socket = { server: await this.#options.transport.listen({ host, port, reusePort, tls }, accept), ssl };
    // Any free one, where none was asked for.
    bound = socket.server.port;
    const key = formatHostPort(host, socket.server.port);
    this.#sockets.set(key, socket);
    opened.push(key);
    return socket;
  }

  async #closeSocket(key: string): Promise<boolean> {
    const socket = this.#sockets.get(key);
    this.#sockets.delete(key);
    await socket?.server.close();
    return socket !== undefined;
  }

  /** Resolves with `work`, or when it takes longer. */
  async #withDeadline(work: Promise<void>, deadlineMs: number): Promise<void> {
    let timer: Disposable | null = null;
    const deadline = new Promise<void>((resolve) => {
      timer = this.#options.clock.after(deadlineMs, resolve);
    });
    await Promise.race([work, deadline]);
    await (timer as Disposable | null)?.dispose();
  }

  #stopListening(): Promise<void> {
    return this.#enqueue(async () => {
      for (const key of [...this.#sockets.keys()]) await this.#closeSocket(key);
    });
  }

  #updateCertificates(): readonly CompileProblem[] {
    const { tables } = this.#compiler;
    return this.#certificates.update(tables.all('certificates'), tables.all('snis'));
  }
}

function raise(): never {
  throw new GatewayError('GW_CONFIGURATION_EMPTY', 'neither a difference nor a whole configuration was given', { source: 'internal' });
}
