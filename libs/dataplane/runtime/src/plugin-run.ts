import type { Exchange } from '@gibbon/contracts/plugin';
import type { Logger } from '@gibbon/contracts/services';
import type { PluginChain, PluginInstance } from './snapshot.ts';

/** The exchange, as far as running plugins needs more than plugins see. */
export interface RunnableExchange extends Exchange {
  /** The client is gone: nothing more should run but the log phase. */
  readonly aborted: boolean;
  /** A plugin threw: the response becomes 500. */
  fail(): void;
}

/**
 * The plugins of one request. Runs them synchronously; waits only for a handler that returns a promise.
 * Where configurations depend on the consumer they are chosen one after the other, as the consumer may become known on the way.
 * @see https://developer.konghq.com/gateway/entities/plugin/#plugin-contexts
 */
export class PluginRun {
  readonly #log: Logger;
  #chain: PluginChain = NO_PLUGINS;
  #collected: PluginInstance[] | null = null;
  /** Whose promise is awaited. */
  #awaited: PluginInstance | null = null;
  #abandoned = false;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Sets the plugins of the request; before {@link access}, the later phases run those of no consumer. */
  use(chain: PluginChain): void {
    this.#chain = chain;
    this.#collected = null;
  }

  /** Whether pieces of the response's body have to go through {@link bodyFilter}. */
  get filtersBody(): boolean {
    return this.#collected === null
      ? this.#chain.bodyFilter !== null
      : this.#collected.some(({ handler }) => handler.bodyFilter !== undefined);
  }

  /** Runs the rewrite phase of global plugins. @returns a promise only where a handler returned one. */
  rewrite(exchange: RunnableExchange, instances: readonly PluginInstance[]): Promise<void> | null {
    return this.#run(exchange, instances, 0, 'rewrite');
  }

  /** Runs the access phase. @returns a promise only where a handler returned one. */
  access(exchange: RunnableExchange): Promise<void> | null {
    if (this.#chain.steps !== null) {
      this.#collected = [];
      return this.#collect(exchange, 0);
    }
    return this.#chain.access === null ? null : this.#run(exchange, this.#chain.access, 0, 'access');
  }

  /** Chooses the configurations without running anything, for responses that come before the access phase. */
  collect(exchange: RunnableExchange): void {
    const steps = this.#chain.steps;
    if (steps === null || this.#collected !== null) return;
    this.#collected = [];
    for (const { fallback, byConsumer } of steps) this.#choose(exchange, fallback, byConsumer);
  }

  /** Waits no longer for the plugin that keeps the request waiting, for good. @returns its name. */
  abandon(): string {
    this.#abandoned = true;
    return this.#awaited?.name ?? '';
  }

  headerFilter(exchange: RunnableExchange): void {
    const instances = this.#collected ?? this.#chain.headerFilter;
    if (instances === null) return;
    for (const instance of instances) {
      try {
        this.#returned(exchange, instance, 'header_filter', instance.handler.headerFilter?.(exchange));
      } catch (error) {
        this.#report(exchange, instance, 'header_filter', error);
      }
    }
  }

  /** @returns what to send instead of the piece. */
  bodyFilter(exchange: RunnableExchange, chunk: Uint8Array, last: boolean): Uint8Array {
    const instances = this.#collected ?? this.#chain.bodyFilter;
    let piece = chunk;
    if (instances === null) return piece;
    for (const instance of instances) {
      try {
        if (instance.handler.bodyFilter === undefined) continue;
        const result = instance.handler.bodyFilter(exchange, piece, last);
        if (result instanceof Uint8Array) piece = result;
        else this.#noBytes(exchange, instance, result);
      } catch (error) {
        this.#report(exchange, instance, 'body_filter', error);
      }
    }
    return piece;
  }

  log(exchange: RunnableExchange): void {
    const instances = this.#collected ?? this.#chain.log;
    if (instances === null) return;
    for (const instance of instances) {
      try {
        this.#returned(exchange, instance, 'log', instance.handler.log?.(exchange));
      } catch (error) {
        this.#report(exchange, instance, 'log', error);
      }
    }
  }

  #run(exchange: RunnableExchange, instances: readonly PluginInstance[], from: number, phase: 'rewrite' | 'access'): Promise<void> | null {
    for (let index = from; index < instances.length; index++) {
      const instance = instances[index] as PluginInstance;
      const pending = this.#call(exchange, instance, phase);
      if (pending !== null)
        return this.#continue(exchange, instance, phase, pending, () => this.#run(exchange, instances, index + 1, phase));
      if (exchange.exited) return null;
    }
    return null;
  }

  /** Later configurations are chosen even after an exit: their header, body and log phases run. */
  #collect(exchange: RunnableExchange, from: number): Promise<void> | null {
    const steps = this.#chain.steps ?? [];
    for (let index = from; index < steps.length; index++) {
      const { fallback, byConsumer } = steps[index] as (typeof steps)[number];
      const instance = this.#choose(exchange, fallback, byConsumer);
      if (instance === null || exchange.exited) continue;
      const pending = this.#call(exchange, instance, 'access');
      if (pending !== null) return this.#continue(exchange, instance, 'access', pending, () => this.#collect(exchange, index + 1));
    }
    return null;
  }

  #choose(
    exchange: Exchange,
    fallback: PluginInstance | null,
    byConsumer: ReadonlyMap<string, PluginInstance> | null,
  ): PluginInstance | null {
    const consumer = exchange.consumer;
    const instance = (consumer === null ? null : byConsumer?.get(consumer.id)) ?? fallback;
    if (instance !== null) this.#collected?.push(instance);
    return instance;
  }

  #call(exchange: RunnableExchange, instance: PluginInstance, phase: 'rewrite' | 'access'): Promise<void> | null {
    try {
      const handler = instance.handler;
      const result = phase === 'access' ? handler.access?.(exchange) : handler.rewrite?.(exchange);
      return result === undefined ? null : result;
    } catch (error) {
      this.#report(exchange, instance, phase, error);
      exchange.fail();
      return null;
    }
  }

  // oxlint-disable-next-line max-params -- private; the continuation needs what the loop had.
  async #continue(
    exchange: RunnableExchange,
    instance: PluginInstance,
    phase: 'rewrite' | 'access',
    pending: Promise<void>,
    next: () => Promise<void> | null,
  ): Promise<void> {
    this.#awaited = instance;
    try {
      await pending;
    } catch (error) {
      this.#report(exchange, instance, phase, error);
      if (!this.#abandoned) exchange.fail();
    }
    if (this.#abandoned || exchange.aborted || (exchange.exited && this.#collected === null)) return;
    await next();
  }

  /** TypeScript lets an async function stand where nothing is returned: nobody awaits it, so its failure is caught here. */
  #returned(exchange: Exchange, instance: PluginInstance, phase: string, result: unknown): void {
    if (!(result instanceof Promise)) return;
    const requestId = exchange.id; // by then the exchange may be another request's
    result.catch((err: unknown) => this.#failed(instance, phase, requestId, err));
  }

  #noBytes(exchange: Exchange, instance: PluginInstance, result: unknown): void {
    this.#returned(exchange, instance, 'body_filter', result);
    this.#report(exchange, instance, 'body_filter', new TypeError('bodyFilter returned no Uint8Array; the piece is sent as it was'));
  }

  #report(exchange: Exchange, instance: PluginInstance, phase: string, err: unknown): void {
    this.#failed(instance, phase, exchange.id, err);
  }

  #failed(instance: PluginInstance, phase: string, requestId: string, err: unknown): void {
    this.#log.error({ plugin: instance.name, phase, requestId, err }, 'a plugin failed');
  }
}

/** A chain of nothing. */
export const NO_PLUGINS: PluginChain = { access: null, headerFilter: null, bodyFilter: null, log: null, steps: null };
