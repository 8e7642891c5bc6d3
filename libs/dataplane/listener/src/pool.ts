import type { Worker } from 'node:worker_threads';
import { codeOf, GatewayError } from '@gibbon/contracts/errors';
import type { Clock, Logger } from '@gibbon/contracts/services';
import type { CompileProblem, PipelineStats } from '@gibbon/dataplane-runtime';
import { mergeSnapshots, type MetricsSnapshot } from '@gibbon/metrics';
import type { ListeningAddress, SocketAddress, ThreadConfiguration, ThreadListener } from './thread.ts';
import { WorkerClient } from './worker-client.ts';

/** What a pool works with. */
export interface WorkerPoolOptions {
  /** Number of workers, at least 1. */
  readonly size: number;
  /** Starts one worker thread whose code calls `serveThread`. */
  readonly spawn: (index: number) => Worker;
  readonly log: Logger;
  readonly clock: Clock;
  /** The whole configuration now, for a worker that takes the place of a crashed one; `null` before the first. */
  readonly current: () => ThreadConfiguration | null;
}

/** A worker that keeps crashing is restarted after 100 ms, 200 ms, and so on up to this. */
const MAX_RESTART_DELAY_MS = 10_000;
const FIRST_RESTART_DELAY_MS = 100;
/** A worker that lived this long is not counted as crashing again and again. */
const HEALTHY_LIFE_MS = 30_000;

const NO_STATS: PipelineStats = {
  requests: 0,
  activeRequests: 0,
  connections: 0,
  acceptedConnections: 0,
  upstreamConnections: 0,
  idleUpstreamConnections: 0,
};

function addStats(a: PipelineStats, b: PipelineStats): PipelineStats {
  return {
    requests: a.requests + b.requests,
    activeRequests: a.activeRequests + b.activeRequests,
    connections: a.connections + b.connections,
    acceptedConnections: a.acceptedConnections + b.acceptedConnections,
    upstreamConnections: a.upstreamConnections + b.upstreamConnections,
    idleUpstreamConnections: a.idleUpstreamConnections + b.idleUpstreamConnections,
  };
}

interface Slot {
  readonly index: number;
  readonly client: WorkerClient;
  readonly startedAt: number;
  readonly crashes: number;
  /** Has the configuration and the sockets that all have, and gets the changes. */
  serving: boolean;
}

/**
 * Data plane threads in workers. All get the same configuration; each opens the same sockets with SO_REUSEPORT, so the
 * kernel spreads connections. A worker that crashes is replaced by one that serves the current configuration.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #slots: Slot[] = [];
  #listeners: readonly ThreadListener[] = [];
  #ending = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** Starts the workers. Rejects when one cannot start. */
  async start(): Promise<void> {
    for (let index = 0; index < this.#options.size; index++) this.#slots.push(this.#spawn(index, 0));
    await Promise.all(this.#slots.map(({ client }) => client.ready));
    for (const slot of this.#slots) slot.serving = true;
  }

  /** Resolves when every worker serves the configuration; with what could not be used. A worker that ends meanwhile does not count. */
  async configure(configuration: ThreadConfiguration): Promise<readonly CompileProblem[]> {
    const results = await Promise.allSettled(this.#slots.map(({ client }) => this.#configureOne(client, configuration)));
    const failed = results.find((result) => result.status === 'rejected' && codeOf(result.reason) !== 'GW_WORKER_EXITED');
    if (failed?.status === 'rejected') throw failed.reason;
    // All workers run the same code on the same input: one report stands for all.
    return results.find((result) => result.status === 'fulfilled')?.value ?? [];
  }

  /**
   * Opens sockets in every worker, or in none. A port of 0 is chosen by the first and taken by the others. A worker that
   * ends meanwhile does not count: who takes its place opens them.
   */
  async listen(listeners: readonly ThreadListener[]): Promise<readonly ListeningAddress[]> {
    if (listeners.length === 0) return [];
    const { by, addresses } = await this.#listenFirst(listeners);
    const opened = listeners.map((listener, at) => ({ ...listener, port: addresses[at]?.port ?? listener.port }));
    this.#listeners = [...this.#listeners, ...opened];
    const others = this.#slots.filter((slot) => slot.serving && slot !== by);
    const results = await Promise.allSettled(others.map(({ client }) => client.request({ type: 'listen', listeners: opened })));
    const failed = results.find((result) => result.status === 'rejected' && codeOf(result.reason) !== 'GW_WORKER_EXITED');
    if (failed?.status !== 'rejected') return addresses;
    await this.unlisten(addresses);
    throw failed.reason;
  }

  /** Closes sockets in every worker; resolves when they are closed. */
  async unlisten(addresses: readonly SocketAddress[]): Promise<void> {
    const isGone = ({ host, port }: ThreadListener): boolean => addresses.some((one) => one.host === host && one.port === port);
    this.#listeners = this.#listeners.filter((listener) => !isGone(listener));
    const serving = this.#slots.filter((slot) => slot.serving);
    const results = await Promise.allSettled(serving.map(({ client }) => client.request({ type: 'unlisten', addresses })));
    for (const result of results) {
      if (result.status === 'fulfilled' || codeOf(result.reason) === 'GW_WORKER_EXITED') continue;
      this.#options.log.error({ err: result.reason }, 'a worker could not close a socket');
    }
  }

  /** What all workers measured. Counts of a crashed worker are gone with it, which scrapers take as a reset. */
  async metrics(): Promise<MetricsSnapshot> {
    const results = await Promise.allSettled(this.#slots.map(({ client }) => client.request({ type: 'metrics' })));
    const alive = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    return mergeSnapshots(alive);
  }

  /** What goes on in all workers, added up. */
  async stats(): Promise<PipelineStats> {
    const results = await Promise.allSettled(this.#slots.map(({ client }) => client.request({ type: 'stats' })));
    return results.reduce((sum, result) => (result.status === 'fulfilled' ? addStats(sum, result.value) : sum), NO_STATS);
  }

  /** Lets requests in flight end, then ends the workers. */
  async stop(drainMs: number): Promise<void> {
    this.#ending = true;
    await Promise.all(
      this.#slots.map(async ({ client }) => {
        try {
          await client.request({ type: 'drain', deadlineMs: drainMs });
          await client.request({ type: 'close' });
        } catch (error) {
          if (codeOf(error) !== 'GW_WORKER_EXITED') this.#options.log.warn({ err: error }, 'a worker did not end in order');
        }
        await client.terminate();
      }),
    );
  }

  /** A worker that lacks the base of a difference (a fresh one) gets the whole. */
  async #configureOne(client: WorkerClient, configuration: ThreadConfiguration): Promise<readonly CompileProblem[]> {
    try {
      return await client.request({ type: 'configure', configuration });
    } catch (error) {
      const whole = codeOf(error) === 'GW_CONFIGURATION_BASE' ? this.#options.current() : null;
      if (whole === null) throw error;
      return client.request({ type: 'configure', configuration: whole });
    }
  }

  /** The first worker that is alive finds out whether the addresses can be had. */
  async #listenFirst(
    listeners: readonly ThreadListener[],
  ): Promise<{ readonly by: Slot; readonly addresses: readonly ListeningAddress[] }> {
    let last: unknown = new GatewayError('GW_WORKER_EXITED', 'no worker is alive to open sockets', { source: 'internal' });
    for (const by of this.#slots.filter(({ serving }) => serving)) {
      try {
        return { by, addresses: await by.client.request({ type: 'listen', listeners }) };
      } catch (error) {
        if (codeOf(error) !== 'GW_WORKER_EXITED') throw error;
        last = error;
      }
    }
    throw last;
  }

  #spawn(index: number, crashes: number): Slot {
    const client = new WorkerClient(this.#options.spawn(index));
    const slot: Slot = { index, client, startedAt: this.#options.clock.monotonic(), crashes, serving: false };
    void client.exited.then((code) => this.#replace(slot, code));
    return slot;
  }

  #replace(slot: Slot, code: number): void {
    if (this.#ending || this.#slots[slot.index] !== slot) return;
    const { clock, log } = this.#options;
    const lived = clock.monotonic() - slot.startedAt;
    const crashes = lived > HEALTHY_LIFE_MS ? 1 : slot.crashes + 1;
    const delayMs = Math.min(FIRST_RESTART_DELAY_MS * 2 ** (crashes - 1), MAX_RESTART_DELAY_MS);
    const err = slot.client.failure;
    log.error({ worker: slot.index, exitCode: code, ...(err !== null && { err }), delayMs }, 'a worker crashed and will be replaced');
    clock.after(delayMs, () => {
      if (this.#ending) return;
      const replacement = this.#spawn(slot.index, crashes);
      this.#slots[slot.index] = replacement;
      void this.#bringUp(replacement);
    });
  }

  async #bringUp(slot: Slot): Promise<void> {
    const { index, client } = slot;
    try {
      await client.ready;
      const configuration = this.#options.current();
      if (configuration !== null) await client.request({ type: 'configure', configuration });
      await this.#openCurrent(slot);
      this.#options.log.info({ worker: index }, 'a worker took the place of a crashed one');
    } catch (err) {
      this.#options.log.error({ worker: index, err }, 'a replacement worker could not serve');
      await client.terminate();
    }
  }

  /** Opens the sockets that all have, which may become others meanwhile; from then on the worker gets the changes. */
  async #openCurrent(slot: Slot): Promise<void> {
    let open: readonly ThreadListener[] = [];
    while (open !== this.#listeners) {
      const wanted = this.#listeners;
      const gone = open.filter((listener) => !wanted.includes(listener));
      if (gone.length > 0) await slot.client.request({ type: 'unlisten', addresses: gone });
      if (wanted.length > 0) await slot.client.request({ type: 'listen', listeners: wanted });
      open = wanted;
    }
    slot.serving = true;
  }
}
