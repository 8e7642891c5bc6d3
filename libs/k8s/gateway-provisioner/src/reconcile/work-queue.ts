import type { Disposable } from '@gibbon/contracts/module';
import type { Clock } from '@gibbon/contracts/services';

/** How a {@link WorkQueue} works. */
export interface WorkQueueOptions {
  readonly clock: Clock;
  /** Works on a key, never twice at a time. @returns after what time to do it again, in milliseconds, or `null`. Must not reject. */
  readonly work: (key: string) => Promise<number | null>;
  /** Keys at a time. */
  readonly concurrency: number;
}

interface Entry {
  /** Monotonic milliseconds; infinite while nothing is to be done. */
  dueMs: number;
  running: boolean;
}

/** Keys to work on, each when it is due; asked for again while one is being worked on, it is done again afterwards. */
export class WorkQueue implements Disposable {
  readonly #options: WorkQueueOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #running = new Set<Promise<void>>();
  #timer: Disposable | null = null;
  /** `null` while paused. */
  #run: AbortController | null = null;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** Asks for a key to be worked on, no later than in that time. Passed over while paused. */
  add(key: string, delayMs = 0): void {
    if (this.#run === null) return;
    const dueMs = this.#options.clock.monotonic() + delayMs;
    const entry = this.#entries.getOrInsertComputed(key, () => ({ dueMs, running: false }));
    entry.dueMs = Math.min(entry.dueMs, dueMs);
    this.#proceed();
  }

  /** Takes work; paused in the beginning. */
  resume(): void {
    this.#run ??= new AbortController();
  }

  /** Forgets what is to be done, and takes no more; what is being worked on ends by itself. */
  pause(): void {
    this.#run?.abort();
    this.#run = null;
    this.#disarm();
    for (const [key, entry] of this.#entries) {
      if (entry.running) entry.dueMs = Number.POSITIVE_INFINITY;
      else this.#entries.delete(key);
    }
  }

  /** Ends, and resolves when nothing is being worked on. */
  async dispose(): Promise<void> {
    this.pause();
    await Promise.all(this.#running);
    this.#entries.clear();
  }

  #proceed(): void {
    const { clock, concurrency } = this.#options;
    this.#disarm();
    if (this.#run === null) return;
    const nowMs = clock.monotonic();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [key, entry] of this.#entries) {
      if (entry.running) continue;
      if (entry.dueMs > nowMs) nextMs = Math.min(nextMs, entry.dueMs);
      else if (this.#running.size < concurrency) this.#begin(key, entry, this.#run.signal);
    }
    if (nextMs < Number.POSITIVE_INFINITY) this.#timer = clock.after(nextMs - nowMs, () => this.#proceed());
  }

  #begin(key: string, entry: Entry, signal: AbortSignal): void {
    entry.running = true;
    entry.dueMs = Number.POSITIVE_INFINITY;
    const work = this.#work(key, entry, signal).finally(() => {
      this.#running.delete(work);
      this.#proceed();
    });
    this.#running.add(work);
  }

  async #work(key: string, entry: Entry, signal: AbortSignal): Promise<void> {
    const againMs = await this.#options.work(key);
    entry.running = false;
    if (againMs !== null && !signal.aborted) entry.dueMs = Math.min(entry.dueMs, this.#options.clock.monotonic() + againMs);
    if (entry.dueMs === Number.POSITIVE_INFINITY) this.#entries.delete(key);
  }

  #disarm(): void {
    void this.#timer?.dispose();
    this.#timer = null;
  }
}
