import { GatewayError } from '@gibbon/contracts/errors';
import type { Disposable } from '@gibbon/contracts/module';
import type {
  CounterCell,
  GaugeCell,
  GaugeOptions,
  HistogramCell,
  HistogramOptions,
  Metric,
  MetricOptions,
  Metrics,
  ReportValue,
} from '@gibbon/contracts/services';
import { renderMetrics } from './exposition.ts';
import { checkDeclaration } from './names.ts';
import { counterCell, gaugeCell, histogramCell, Series, type Declaration } from './series.ts';
import type { GaugeMerge, MetricSnapshot, MetricsSnapshot, MetricType } from './snapshot.ts';

/** Counts, by metric, how often a new series was refused because the metric has as many as it may have. */
export const REFUSED_SERIES_METRIC = 'gibbon_metrics_refused_series_total';

/** The metrics of one thread. */
export interface MetricsRegistry extends Metrics {
  /** A copy of everything, safe to post to another thread. Runs the observers. */
  snapshot(): MetricsSnapshot;
  /** The text that Prometheus scrapes, for a process of one thread; several: `renderMetrics(mergeSnapshots([...]))`. */
  render(): string;
}

/** Settings of {@link createMetrics}. */
export interface MetricsSettings {
  /**
   * Series that one metric may have; what exceeds it is not recorded and counted in
   * `gibbon_metrics_refused_series_total`. Default 100000.
   */
  readonly maxSeriesPerMetric?: number;
}

/** Makes the metrics of one thread: no locks, no atomics; threads meet in `mergeSnapshots`. */
export function createMetrics(settings: MetricsSettings = {}): MetricsRegistry {
  return new Registry(settings.maxSeriesPerMetric ?? 100_000);
}

type Reader = (report: ReportValue) => void;
interface Observed {
  readonly declaration: Declaration;
  readonly readers: Set<Reader>;
}

class Registry implements MetricsRegistry {
  readonly #maxSeries: number;
  readonly #series = new Map<string, Series<CounterCell> | Series<GaugeCell> | Series<HistogramCell>>();
  readonly #observed = new Map<string, Observed>();
  readonly #refused: Metric<CounterCell>;

  constructor(maxSeries: number) {
    this.#maxSeries = maxSeries;
    this.#refused = this.counter({
      name: REFUSED_SERIES_METRIC,
      help: 'Values not recorded because the metric has as many series as it may have.',
      labels: ['metric'],
    });
  }

  counter(options: MetricOptions): Metric<CounterCell> {
    return this.#declare(declarationOf('counter', options), counterCell);
  }

  gauge(options: GaugeOptions): Metric<GaugeCell> {
    return this.#declare(declarationOf('gauge', options, options.merge), gaugeCell);
  }

  histogram(options: HistogramOptions): Metric<HistogramCell> {
    return this.#declare(declarationOf('histogram', options, 'sum', options.buckets), histogramCell);
  }

  observe(options: GaugeOptions, read: Reader): Disposable {
    const declaration = declarationOf('gauge', options, options.merge);
    if (this.#series.has(declaration.name)) rejectConflict(declaration);
    let observed = this.#observed.get(declaration.name);
    if (observed === undefined) this.#observed.set(declaration.name, (observed = { declaration, readers: new Set() }));
    else if (!sameDeclaration(observed.declaration, declaration)) rejectConflict(declaration);
    // Two observers may be the same function: a wrapper of its own makes each one disposable alone.
    const reader: Reader = (report) => read(report);
    const { readers } = observed;
    readers.add(reader);
    return { dispose: () => void readers.delete(reader) };
  }

  snapshot(): MetricsSnapshot {
    const observed = Array.from(this.#observed.values(), (gauge) => this.#read(gauge));
    return { metrics: [...Array.from(this.#series.values(), (series) => series.snapshot()), ...observed] };
  }

  render(): string {
    return renderMetrics(this.snapshot());
  }

  #read({ declaration, readers }: Observed): MetricSnapshot {
    const series = this.#newSeries(declaration, gaugeCell);
    for (const read of readers) read((value, ...labelValues) => series.with(...labelValues).set(value));
    return series.snapshot();
  }

  #declare<Cell extends CounterCell | GaugeCell | HistogramCell>(
    declaration: Declaration,
    make: (series: Series<Cell>, position: number) => Cell,
  ): Metric<Cell> {
    if (this.#observed.has(declaration.name)) rejectConflict(declaration);
    const existing = this.#series.get(declaration.name);
    if (existing !== undefined) {
      if (!sameDeclaration(existing.declaration, declaration)) rejectConflict(declaration);
      // The declaration names the type, so the cells are of the same kind.
      return existing as unknown as Metric<Cell>;
    }
    const series = this.#newSeries(declaration, make);
    this.#series.set(declaration.name, series as unknown as Series<CounterCell>);
    return series;
  }

  #newSeries<Cell>(declaration: Declaration, make: (series: Series<Cell>, position: number) => Cell): Series<Cell> {
    const onRefused = (): void => this.#refused.with(declaration.name).add(1);
    return new Series(declaration, { make, maxSeries: this.#maxSeries, onRefused });
  }
}

function declarationOf(
  type: MetricType,
  options: MetricOptions,
  merge: GaugeMerge = 'sum',
  buckets: readonly number[] | null = null,
): Declaration {
  checkDeclaration(options, buckets);
  return { name: options.name, help: options.help, type, labels: [...(options.labels ?? [])], buckets: [...(buckets ?? [])], merge };
}

function sameDeclaration(a: Declaration, b: Declaration): boolean {
  return a.type === b.type && a.merge === b.merge && a.labels.join() === b.labels.join() && a.buckets.join() === b.buckets.join();
}

function rejectConflict(declaration: Declaration): never {
  const { name, type, labels } = declaration;
  throw new GatewayError(
    'GW_METRICS_CONFLICT',
    `metric '${name}' exists already and is not a ${type} with the labels (${labels.join(', ')})`,
    {
      source: 'internal',
    },
  );
}
