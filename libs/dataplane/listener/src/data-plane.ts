import type { Configuration, ConfigurationDelta, EntityType } from '@gibbon/contracts/entities';
import type { ConfigurationSink } from '@gibbon/contracts/dataplane';
import type { ConfigurationChange, PublishResult } from '@gibbon/contracts/publisher';
import type { Logger } from '@gibbon/contracts/services';
import { ConfigurationTables, type CompileProblem, type PipelineStats } from '@gibbon/dataplane-runtime';
import type { MetricsSnapshot } from '@gibbon/metrics';
import { diff, ENTITY_TYPES, isEmptyDelta } from '@gibbon/model';
import type { ListeningAddress, ThreadConfiguration, ThreadListener } from './thread.ts';

/** The threads of a data plane together: a pool of workers, or the main thread alone. */
export interface ThreadGroup {
  start(): Promise<void>;
  configure(configuration: ThreadConfiguration): Promise<readonly CompileProblem[]>;
  listen(listeners: readonly ThreadListener[]): Promise<readonly ListeningAddress[]>;
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

/** What a data plane is made of. */
export interface DataPlaneOptions {
  readonly threads: ThreadGroup;
  readonly health: NodeHealth;
  readonly log: Logger;
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
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: DataPlaneOptions) {
    this.#options = options;
  }

  /** Revision that serves; 0 before the first configuration. */
  get revision(): number {
    return this.#revision;
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
    const applied = this.#queue.then(() => this.#apply(change));
    this.#queue = applied.catch(() => {});
    return applied;
  }

  async #apply(change: ConfigurationChange): Promise<PublishResult> {
    const delta = change.delta ?? diff(this.configuration(), change.full());
    const first = this.#revision === 0;
    if (!first && isEmptyDelta(delta)) return { applied: true, rejected: [], error: null };
    this.tables.apply(delta);
    this.#full = null;
    this.#options.health.update(delta);
    this.#revision += 1;
    const rejected = await this.#options.threads.configure({ revision: this.#revision, delta, full: null });
    this.#options.log.debug({ revision: this.#revision, ...sizes(delta), rejected: rejected.length }, 'configuration serves');
    return { applied: true, rejected, error: null };
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
