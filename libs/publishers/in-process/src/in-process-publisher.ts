import type { ConfigurationSink } from '@gibbon/contracts/dataplane';
import type { ConfigurationChange, Publisher, PublishResult } from '@gibbon/contracts/publisher';
import { isEmptyDelta } from '@gibbon/model';

/** Hands each change to the data plane of this process. An apply is not interrupted: it ends by itself, and soon. */
export class InProcessPublisher implements Publisher {
  readonly #sink: ConfigurationSink;

  constructor(sink: ConfigurationSink) {
    this.#sink = sink;
  }

  async publish(change: ConfigurationChange, signal: AbortSignal): Promise<PublishResult> {
    if (signal.aborted) return { applied: false, rejected: [], error: 'the control plane is stopping' };
    // A change of other planes alone: this process serves what it served.
    if (change.delta !== null && isEmptyDelta(change.delta)) return { applied: true, rejected: [], error: null };
    return this.#sink.apply(change);
  }
}
