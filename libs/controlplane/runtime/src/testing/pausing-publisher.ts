import type { ConfigurationChange, Publisher, PublishResult } from '@gibbon/contracts/publisher';

/** What a publish that went well gives. */
export const APPLIED: PublishResult = { applied: true, rejected: [], error: null };

/** A publisher whose every call waits until the test answers it. */
export class PausingPublisher implements Publisher {
  readonly changes: ConfigurationChange[] = [];
  readonly signals: AbortSignal[] = [];
  #answers: { resolve(result: PublishResult): void; reject(error: Error): void }[] = [];
  #waiting: (() => void)[] = [];

  publish(change: ConfigurationChange, signal: AbortSignal): Promise<PublishResult> {
    this.changes.push(change);
    this.signals.push(signal);
    for (const wake of this.#waiting.splice(0)) wake();
    return new Promise((resolve, reject) => {
      this.#answers.push({ resolve, reject });
      signal.addEventListener('abort', () => resolve({ applied: false, rejected: [], error: 'aborted' }));
    });
  }

  /** Resolves when so many calls have come. */
  async called(times: number): Promise<void> {
    while (this.changes.length < times) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Answers the call that has waited longest; an error rejects it. */
  answer(result: PublishResult | Error = APPLIED): void {
    const call = this.#answers.shift();
    if (result instanceof Error) call?.reject(result);
    else call?.resolve(result);
  }
}

/** The same, of the kind that tells by itself how things stand. */
export class TellingPublisher extends PausingPublisher {
  /** What the control plane wants to be told of. */
  changed: (state: PublishResult) => void = () => {};

  observe(changed: (state: PublishResult) => void): void {
    this.changed = changed;
  }
}
