import { createToken, type Token } from '../module/token.ts';

/** A counter for one set of label values. */
export interface CounterCell {
  add(amount: number): void;
}
/** A gauge for one set of label values. */
export interface GaugeCell {
  set(value: number): void;
  add(amount: number): void;
}
/** A histogram for one set of label values. */
export interface HistogramCell {
  observe(value: number): void;
}

/** Cells of one metric. `with` finds or makes the cell for label values in the declared order: keep the cell, do not look it up per request. */
export interface Metric<Cell> {
  with(...labelValues: readonly string[]): Cell;
}

/** What to declare of a metric. */
export interface MetricOptions {
  /** Prometheus name, e.g. `kong_http_requests_total`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

/** Metrics of this process; declaring the same metric twice returns the same one. Threads are merged when scraped. */
export interface Metrics {
  counter(options: MetricOptions): Metric<CounterCell>;
  gauge(options: MetricOptions): Metric<GaugeCell>;
  histogram(options: MetricOptions & { readonly buckets: readonly number[] }): Metric<HistogramCell>;
}

/** The process's {@link Metrics}. */
export const METRICS: Token<Metrics> = createToken<Metrics>('gibbon/metrics@1');
