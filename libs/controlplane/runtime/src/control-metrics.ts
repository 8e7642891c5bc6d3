import type { PublishResult } from '@gibbon/contracts/publisher';
import type { Clock, CounterCell, GaugeCell, HistogramCell, Metric, Metrics } from '@gibbon/contracts/services';

/** Shorter than the reference controller's: a change takes less than a millisecond here, and what matters is what exceeds it. */
const BUCKETS_MS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 60_000];
const PROTOCOL = 'db-less';

/**
 * What the control plane measures, under the names of Kong's controller where it has the same.
 * @see https://developer.konghq.com/kubernetes-ingress-controller/observability/prometheus/
 */
export class ControlMetrics {
  readonly #clock: Clock;
  readonly #translations: Metric<CounterCell>;
  readonly #translationMs: Metric<HistogramCell>;
  readonly #broken: GaugeCell;
  readonly #units: CounterCell;
  readonly #problems: GaugeCell;
  readonly #pushes: Metric<CounterCell>;
  readonly #pushMs: Metric<HistogramCell>;
  readonly #pushed: Metric<GaugeCell>;
  readonly #rejected: Metric<GaugeCell>;

  constructor(metrics: Metrics, clock: Clock) {
    const name = (rest: string): string => `ingress_controller_${rest}`;
    this.#clock = clock;
    this.#translations = metrics.counter({
      name: name('translation_count'),
      help: 'Translations of changed objects.',
      labels: ['success'],
    });
    this.#translationMs = metrics.histogram({
      name: name('translation_duration_milliseconds'),
      help: 'Time to translate a batch of changed objects.',
      labels: ['success'],
      buckets: BUCKETS_MS,
    });
    this.#broken = metrics.gauge({ name: name('translation_broken_resource_count'), help: 'Objects that could not be translated.' }).with();
    this.#pushes = metrics.counter({
      name: name('configuration_push_count'),
      help: 'Publications of configuration.',
      labels: ['success', 'protocol', 'failure_reason', 'dataplane'],
    });
    this.#pushMs = metrics.histogram({
      name: name('configuration_push_duration_milliseconds'),
      help: 'Time from handing a change over to the answer that it serves.',
      labels: ['success', 'protocol', 'dataplane'],
      buckets: BUCKETS_MS,
    });
    this.#pushed = metrics.gauge({
      name: name('configuration_push_last_successful'),
      help: 'Time of the last successful publication, seconds since the epoch.',
      labels: ['dataplane'],
    });
    this.#rejected = metrics.gauge({
      name: name('configuration_push_broken_resource_count'),
      help: 'Entities that the data plane refused.',
      labels: ['dataplane'],
    });
    this.#units = metrics
      .counter({ name: 'gibbon_controller_translated_units_total', help: 'Units (objects and parts of them) that were translated again.' })
      .with();
    this.#problems = metrics.gauge({ name: 'gibbon_controller_problems', help: 'Problems that exist now.' }).with();
  }

  translated(success: boolean, durationMs: number, units: number): void {
    this.#translations.with(String(success)).add(1);
    this.#translationMs.with(String(success)).observe(durationMs);
    this.#units.add(units);
  }

  published(target: string, result: PublishResult, durationMs: number): void {
    const success = String(result.applied);
    this.#pushes.with(success, PROTOCOL, result.applied ? '' : 'other', target).add(1);
    this.#pushMs.with(success, PROTOCOL, target).observe(durationMs);
    if (result.applied) this.#pushed.with(target).set(Math.floor(this.#clock.now() / 1000));
  }

  rejected(target: string, entities: number): void {
    this.#rejected.with(target).set(entities);
  }

  broken(objects: number): void {
    this.#broken.set(objects);
  }

  problems(all: number): void {
    this.#problems.set(all);
  }
}
