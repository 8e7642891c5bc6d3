import type { CounterCell, GaugeCell, Metric, Metrics } from '@gibbon/contracts/services';

/** What became of a notice; dropped: there are too many. */
export type EventOutcome = 'created' | 'repeated' | 'dropped' | 'failed';

/** What the event recorder measures. */
export class EventMetrics {
  readonly #outcomes: Metric<CounterCell>;
  readonly #standing: GaugeCell;

  constructor(metrics: Metrics) {
    this.#outcomes = metrics.counter({
      name: 'gibbon_controller_events_total',
      help: 'Notices about objects, by what became of them; created and repeated: a write to the API server.',
      labels: ['outcome'],
    });
    this.#standing = metrics.gauge({ name: 'gibbon_controller_event_notices', help: 'Notices about objects that stand now.' }).with();
  }

  count(outcome: EventOutcome): void {
    this.#outcomes.with(outcome).add(1);
  }

  standing(notices: number): void {
    this.#standing.set(notices);
  }
}
