import type { CounterCell, GaugeCell, Metric, Metrics } from '@gibbon/contracts/services';

/** What became of an attempt to bring a status up to date. */
export type StatusOutcome = 'written' | 'unchanged' | 'stale' | 'gone' | 'conflict' | 'refused' | 'failed';

/** What the status writer measures. */
export class StatusMetrics {
  readonly #outcomes: Metric<CounterCell>;
  readonly #pending: GaugeCell;

  constructor(metrics: Metrics) {
    this.#outcomes = metrics.counter({
      name: 'gibbon_controller_status_writes_total',
      help: 'Attempts to bring the status of an object up to date, by what became of them; written: a write to the API server.',
      labels: ['resource', 'outcome'],
    });
    this.#pending = metrics.gauge({ name: 'gibbon_controller_status_pending', help: 'Objects whose status waits to be written.' }).with();
  }

  count(resource: string, outcome: StatusOutcome): void {
    this.#outcomes.with(resource, outcome).add(1);
  }

  pending(objects: number): void {
    this.#pending.set(objects);
  }
}
