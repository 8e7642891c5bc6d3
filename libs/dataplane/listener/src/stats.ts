import type { PipelineStats } from '@gibbon/dataplane-runtime';

/** Numbers of one thread, in this order. */
const FIELDS = ['requests', 'activeRequests', 'connections', 'acceptedConnections', 'upstreamConnections', 'idleUpstreamConnections'] as const satisfies readonly (keyof PipelineStats)[];

/** Shared memory for the numbers of some threads. */
export function allocateStats(threads: number): SharedArrayBuffer {
  return new SharedArrayBuffer(threads * FIELDS.length * Float64Array.BYTES_PER_ELEMENT);
}

/** What the threads of a node do, in shared memory: each writes its own row, the main thread adds up. */
export class StatsTable {
  readonly #values: Float64Array;

  constructor(buffer: SharedArrayBuffer) {
    this.#values = new Float64Array(buffer);
  }

  /** Writes the row of a thread. A torn read of one number is of no concern: it is replaced soon. */
  publish(thread: number, stats: PipelineStats): void {
    FIELDS.forEach((field, at) => {
      this.#values[thread * FIELDS.length + at] = stats[field];
    });
  }

  /** The sum of all threads. */
  total(): PipelineStats {
    const sum = (at: number): number => {
      let total = 0;
      for (let position = at; position < this.#values.length; position += FIELDS.length) total += this.#values[position] ?? 0;
      return total;
    };
    return Object.fromEntries(FIELDS.map((field, at) => [field, sum(at)])) as unknown as PipelineStats;
  }
}
