import type { Disposable } from '@gibbon/contracts/module';
import type { ConfigurationChange, Publisher, PublishResult } from '@gibbon/contracts/publisher';
import type { Clock } from '@gibbon/contracts/services';
import { mergeChanges, wholeOf } from './merge-changes.ts';

/** What a {@link PublisherChannel} works with. */
export interface ChannelOptions {
  readonly publisher: Publisher;
  readonly clock: Clock;
  /** Called after each publish. */
  readonly onResult: (change: ConfigurationChange, result: PublishResult, durationMs: number) => void;
}

const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;

/**
 * Brings changes to one publisher, one at a time: at once when it is free, and merged into one when it is not.
 * What could not be published goes again as a whole, with the next change or after a pause that doubles.
 */
export class PublisherChannel {
  readonly #options: ChannelOptions;
  readonly #abort = new AbortController();
  #pending: ConfigurationChange | null = null;
  #running: Promise<void> | null = null;
  #retry: Disposable | null = null;
  #retryMs = FIRST_RETRY_MS;

  constructor(options: ChannelOptions) {
    this.#options = options;
  }

  push(change: ConfigurationChange): void {
    if (this.#abort.signal.aborted) return;
    this.#pending = this.#pending === null ? change : mergeChanges(this.#pending, change);
    void this.#retry?.dispose();
    this.#retry = null;
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is being published: all is done, or waits for another attempt. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  /** Aborts what is being published and resolves when it has ended. */
  async stop(): Promise<void> {
    this.#abort.abort();
    void this.#retry?.dispose();
    await this.idle();
  }

  async #run(): Promise<void> {
    for (let change = this.#take(); change !== null; change = this.#take()) {
      const begunMs = this.#options.clock.monotonic();
      const result = await this.#publish(change);
      if (this.#abort.signal.aborted) break;
      const done = result.applied || result.idle === true;
      if (done) this.#retryMs = FIRST_RETRY_MS;
      this.#options.onResult(change, result, this.#options.clock.monotonic() - begunMs);
      if (done) continue;
      const newer = this.#pending;
      this.#pending = wholeOf(newer === null ? change : mergeChanges(change, newer));
      if (newer === null) {
        this.#pause();
        break;
      }
    }
    this.#running = null;
  }

  #take(): ConfigurationChange | null {
    const change = this.#pending;
    this.#pending = null;
    return change;
  }

  async #publish(change: ConfigurationChange): Promise<PublishResult> {
    try {
      return await this.#options.publisher.publish(change, this.#abort.signal);
    } catch (error) {
      return { applied: false, rejected: [], error: error instanceof Error ? error.message : String(error) };
    }
  }

  #pause(): void {
    this.#retry = this.#options.clock.after(this.#retryMs, () => {
      this.#retry = null;
      this.#running ??= this.#run();
    });
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }
}
