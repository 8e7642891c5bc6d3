import type { ConfigurationSink } from '@gibbon/contracts/dataplane';
import type { ConfigurationChange, Publisher, PublishResult } from '@gibbon/contracts/publisher';

/** Hands each change to the data plane of this process. An apply is not interrupted: it ends by itself, and soon. */
export class InProcessPublisher implements Publisher {
  readonly #sink: ConfigurationSink;

  constructor(sink: ConfigurationSink) {
    this.#sink = sink;
  }

  async publish(change: ConfigurationChange, signal: AbortSignal): Promise<PublishResult> {
    if (signal.aborted) return { applied: false, rejected: [], error: 'the control plane is stopping' };
    return this.#sink.apply(change);
  }
}
