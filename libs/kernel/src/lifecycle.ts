import type { Logger } from '@gibbon/contracts/services';

/** A part of the process that is started and stopped. */
export interface Component {
  readonly name: string;
  /** Resolves when the part works. The signal aborts when the process is told to stop meanwhile. */
  start?(signal: AbortSignal): void | Promise<void>;
  /** Resolves when the part has ended. Also called after a failed start of a later part. */
  stop?(): void | Promise<void>;
}

/**
 * Starts parts in the order in which they were added and stops them in reverse.
 * When a start fails, what had started is stopped and the failure is thrown.
 */
export class Lifecycle {
  readonly #components: Component[] = [];
  readonly #started: Component[] = [];
  readonly #controller = new AbortController();
  readonly #log: Logger;
  #stopping: Promise<void> | null = null;

  constructor(log: Logger) {
    this.#log = log;
  }

  add(component: Component): void {
    this.#components.push(component);
  }

  async start(): Promise<void> {
    for (const component of this.#components) {
      if (this.#controller.signal.aborted) return;
      this.#started.push(component);
      try {
        await component.start?.(this.#controller.signal);
      } catch (error) {
        await this.stop();
        throw error;
      }
    }
  }

  /** Stops everything; the same promise for every call. A part that throws is logged and does not keep the rest from stopping. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    this.#controller.abort();
    for (let component = this.#started.pop(); component !== undefined; component = this.#started.pop()) {
      try {
        await component.stop?.();
      } catch (err) {
        this.#log.error({ component: component.name, err }, 'stop failed');
      }
    }
  }
}
