import type { Disposable } from '@gibbon/contracts/module';
import type { Clock } from '@gibbon/contracts/services';
import type { TargetLane } from './target-lane.ts';

/** What a {@link Publication} works with. */
export interface PublicationOptions {
  readonly lanes: () => readonly TargetLane[];
  readonly clock: Clock;
  /** How long the others are waited for when one target has confirmed. Milliseconds. */
  readonly graceMs: number;
}

/**
 * The wait for the targets of one change. Waited for is who serves already and has got something new: it takes
 * milliseconds. Who fails, who was too late the last time, and who is only just starting gets it too, but nobody waits for
 * him, as long as there are others.
 */
export class Publication {
  readonly #options: PublicationOptions;
  readonly #done = Promise.withResolvers<void>();
  /** Whether a target has ever confirmed anything: without one, those that are starting are all that there is. */
  readonly #hasServing: boolean;
  #grace: Disposable | null = null;

  constructor(options: PublicationOptions) {
    this.#options = options;
    this.#hasServing = options.lanes().some(({ confirmed }) => confirmed !== null);
  }

  /** Resolves when there is nobody to wait for any more, at the latest when the grace or `signal` ends. */
  async settled(signal: AbortSignal): Promise<void> {
    const abort = (): void => this.#done.resolve();
    signal.addEventListener('abort', abort, { once: true });
    // Lanes at the end of a round of their own may have confirmed already.
    queueMicrotask(() => this.check());
    await this.#done.promise;
    void this.#grace?.dispose();
    signal.removeEventListener('abort', abort);
  }

  /** To be called whenever a lane may be in another state. */
  check(): void {
    const lanes = this.#options.lanes();
    const pending = lanes.filter(({ state }) => state === 'pending');
    const serves = lanes.some(({ state }) => state === 'current');
    const awaited = serves && this.#hasServing ? pending.filter(({ confirmed }) => confirmed !== null) : pending;
    if (awaited.length === 0) this.#done.resolve();
    else if (serves) this.#grace ??= this.#options.clock.after(this.#options.graceMs, () => this.#end());
  }

  #end(): void {
    for (const lane of this.#options.lanes()) if (lane.state === 'pending') lane.tooLate();
    this.#done.resolve();
  }
}
