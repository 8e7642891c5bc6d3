import type { Disposable } from '@gibbon/contracts/module';
import type { TargetReport } from '@gibbon/contracts/publisher';
import type { CounterCell, HistogramCell, Metric, Metrics } from '@gibbon/contracts/services';
import type { PushMode } from './protocol.ts';

const BUCKETS_MS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000];

/** What the publisher measures of all its targets together: they come and go, and series of counters would stay. */
export class TargetMetrics {
  readonly #pushes: Metric<CounterCell>;
  readonly #durations: Metric<HistogramCell>;

  constructor(metrics: Metrics) {
    this.#pushes = metrics.counter({
      name: 'gibbon_publisher_pushes_total',
      help: 'Pushes to a proxy: whole configurations, differences, and those that found it up to date.',
      labels: ['mode', 'success'],
    });
    this.#durations = metrics.histogram({
      name: 'gibbon_publisher_push_duration_milliseconds',
      help: 'Time from the beginning of a push to the answer that it serves.',
      labels: ['mode'],
      buckets: BUCKETS_MS,
    });
  }

  pushed(mode: PushMode, durationMs: number): void {
    this.#pushes.with(mode, 'true').add(1);
    this.#durations.with(mode).observe(durationMs);
  }

  failed(): void {
    this.#pushes.with('', 'false').add(1);
  }
}

/** Shows which targets are there, and whether they are configured. Ends when disposed. */
export function observeTargets(metrics: Metrics, targets: () => readonly TargetReport[]): Disposable {
  return metrics.observe(
    {
      name: 'gibbon_publisher_target_up',
      help: 'Whether a proxy serves what was published last (1) or not (0).',
      labels: ['target'],
      merge: 'last',
    },
    (report) => {
      for (const { name, error, revision } of targets()) report(error === null && revision !== null ? 1 : 0, name);
    },
  );
}
