import type { CompileProblem, PipelineStats } from '@gibbon/dataplane-runtime';
import type { MetricsSnapshot } from '@gibbon/metrics';
import type { ThreadGroup } from './data-plane.ts';
import type { DataPlaneThread, ListeningAddress, SocketAddress, ThreadConfiguration, ThreadListener } from './thread.ts';

/** A group of one: serves in the thread that it is made in. */
export class MainThread implements ThreadGroup {
  readonly #make: () => Promise<DataPlaneThread>;
  #thread: DataPlaneThread | null = null;

  constructor(make: () => Promise<DataPlaneThread>) {
    this.#make = make;
  }

  async start(): Promise<void> {
    this.#thread = await this.#make();
  }

  configure(configuration: ThreadConfiguration): Promise<readonly CompileProblem[]> {
    return this.#started().configure(configuration);
  }

  listen(listeners: readonly ThreadListener[]): Promise<readonly ListeningAddress[]> {
    return this.#started().listen(listeners.map((listener) => ({ ...listener, reusePort: false })));
  }

  unlisten(addresses: readonly SocketAddress[]): Promise<void> {
    return this.#started().unlisten(addresses);
  }

  metrics(): Promise<MetricsSnapshot> {
    return Promise.resolve(this.#started().metrics());
  }

  stats(): Promise<PipelineStats> {
    return Promise.resolve(this.#started().stats());
  }

  async stop(drainMs: number): Promise<void> {
    await this.#thread?.drain(drainMs);
    await this.#thread?.close();
  }

  #started(): DataPlaneThread {
    if (this.#thread === null) throw new Error('start() was not awaited');
    return this.#thread;
  }
}
