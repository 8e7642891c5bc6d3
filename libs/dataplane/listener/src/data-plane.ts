import type { Configuration, ConfigurationDelta, EntityType, Listener } from '@gibbon/contracts/entities';
import type { ConfigurationSink } from '@gibbon/contracts/dataplane';
import type { ConfigurationChange, PublishResult, Rejection } from '@gibbon/contracts/publisher';
import type { Logger } from '@gibbon/contracts/services';
import { ConfigurationTables, type CompileProblem, type PipelineStats } from '@gibbon/dataplane-runtime';
import type { MetricsSnapshot } from '@gibbon/metrics';
import { diff, ENTITY_TYPES, isEmptyDelta } from '@gibbon/model';
import { StandingProblems } from './standing-problems.ts';
import type { ListeningAddress, SocketAddress, ThreadConfiguration, ThreadListener } from './thread.ts';

/** The threads of a data plane together: a pool of workers, or the main thread alone. */
export interface ThreadGroup {
  start(): Promise<void>;
  configure(configuration: ThreadConfiguration): Promise<readonly CompileProblem[]>;
  /** Opens sockets in all threads, or in none. */
  listen(listeners: readonly ThreadListener[]): Promise<readonly ListeningAddress[]>;
  /** Closes sockets in all threads and lets their connections end in order. */
  unlisten(addresses: readonly SocketAddress[]): Promise<void>;
  metrics(): Promise<MetricsSnapshot>;
  /** What goes on in all threads, added up. */
  stats(): Promise<PipelineStats>;
  stop(drainMs: number): Promise<void>;
}

/** What is one per node: active probes of targets. */
export interface NodeHealth {
  /** Follows a configuration. What cannot be used is reported by the threads, which see the same. */
  update(delta: ConfigurationDelta): void;
}

/** Sockets that follow the configuration, see `Sockets`. */
export interface ConfiguredSockets {
  follow(listeners: Iterable<Listener>): Promise<readonly Rejection[]>;
  readonly failing: boolean;
}

/** What a data plane is made of. */
export interface DataPlaneOptions {
  readonly threads: ThreadGroup;
  readonly sockets: ConfiguredSockets;
  readonly health: NodeHealth;
  readonly log: Logger;
}

/** A change that was made of what serves. */
export interface PreparedChange {
  readonly change: ConfigurationChange;
  /** The hash under which the result is known. @param whole whether all of it is used; part of it may have been refused. */
  hashOf(whole: boolean): string;
}

/**
 * The data plane as its process sees it: takes configuration, brings it to all threads, knows what serves.
 * Used on the main thread. Changes are taken one after the other, in the order in which they come.
 */
export class DataPlane implements ConfigurationSink {
  readonly tables = new ConfigurationTables();
  readonly #options: DataPlaneOptions;
  #revision = 0;
  #full: Configuration | null = null;
  #hash: string | null = null;
  readonly #problems = new StandingProblems();
  #unopened: readonly Rejection[] = [];
  /** Whether threads may lack what the tables have. */
  #incomplete = false;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: DataPlaneOptions) {
    this.#options = options;
  }

  /** Revision that serves; 0 before the first configuration. */
  get revision(): number {
    return this.#revision;
  }

  /** Hash of what every thread serves, where it came with one. */
  get hash(): string | null {
    return this.#hash;
  }

  /** What serves, as a whole. Computed once per revision. */
  configuration(): Configuration {
    this.#full ??= Object.fromEntries(ENTITY_TYPES.map((type) => [type, [...this.tables.all(type)]])) as unknown as Configuration;
    return this.#full;
  }

  /** For a thread that starts late: everything at once, or `null` before the first configuration. */
  current(): ThreadConfiguration | null {
    if (this.#revision === 0) return null;
    return { revision: this.#revision, delta: null, full: this.configuration() };
  }

  apply(change: ConfigurationChange): Promise<PublishResult> {
    return this.#enqueue(() => this.#apply(change, null));
  }

  /**
   * As `apply`, with a change that is made when its turn has come: nothing comes between what `prepare` sees and its change.
   * @param prepare called once; `null` changes nothing.
   * @returns `null` when nothing was to change.
   */
  applyPrepared(prepare: () => PreparedChange | null): Promise<PublishResult | null> {
    return this.#enqueue(async () => {
      const prepared = prepare();
      return prepared === null ? null : this.#apply(prepared.change, (whole) => prepared.hashOf(whole));
    });
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => {});
    return done;
  }

  async #apply(change: ConfigurationChange, hashOf: ((whole: boolean) => string) | null): Promise<PublishResult> {
    const { health, sockets, log } = this.#options;
    const delta = change.delta ?? diff(this.configuration(), change.full());
    const first = this.#revision === 0;
    if (!first && !this.#incomplete && !sockets.failing && isEmptyDelta(delta)) {
      const rejected = this.#refused();
      this.#hash = hashOf?.(rejected.length === 0) ?? this.#hash;
      return { applied: true, rejected, error: null };
    }
    this.tables.apply(delta);
    this.#full = null;
    health.update(delta);
    this.#problems.update(delta, await this.#configure(delta));
    // After the threads serve it: a socket that opens earlier would tell clients that there is no route.
    this.#unopened = await sockets.follow(this.tables.all('listeners'));
    const rejected = this.#refused();
    this.#hash = hashOf?.(rejected.length === 0) ?? null;
    log.debug({ revision: this.#revision, ...sizes(delta), rejected: rejected.length }, 'configuration serves');
    return { applied: true, rejected, error: null };
  }

  /** Of all that serves, not of the last change alone. */
  #refused(): readonly Rejection[] {
    return [...this.#problems.list(), ...this.#unopened];
  }

  async #configure(delta: ConfigurationDelta): Promise<readonly CompileProblem[]> {
    this.#revision += 1;
    // After a failure the threads get everything: which of them has what is not known.
    const next = this.#incomplete
      ? { revision: this.#revision, delta: null, full: this.configuration() }
      : { revision: this.#revision, delta, full: null };
    this.#incomplete = true;
    // Neither the old configuration nor certainly the new one, until every thread has answered.
    this.#hash = null;
    const problems = await this.#options.threads.configure(next);
    this.#incomplete = false;
    return problems;
  }
}

function sizes(delta: ConfigurationDelta): { readonly upserted: number; readonly deleted: number } {
  let upserted = 0;
  let deleted = 0;
  for (const type of Object.keys(delta) as EntityType[]) {
    upserted += delta[type]?.upserted.length ?? 0;
    deleted += delta[type]?.deleted.length ?? 0;
  }
  return { upserted, deleted };
}
