import type { Disposable } from '../module/scope.ts';
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

/** What to declare of a gauge. */
export interface GaugeOptions extends MetricOptions {
  /** What becomes of the values of several threads: added up (default), the largest, or the last thread's that has one. */
  readonly merge?: 'sum' | 'max' | 'last';
}

/** What to declare of a histogram. */
export interface HistogramOptions extends MetricOptions {
  /** Upper bounds, ascending; the infinite one is implied. */
  readonly buckets: readonly number[];
}

/** Reports one value of an observed gauge, with its label values in the declared order. */
export type ReportValue = (value: number, ...labelValues: readonly string[]) => void;

/**
 * Metrics of this process; declaring the same metric twice returns the same one. Threads are merged when scraped.
 * Every declaration throws a GatewayError `GW_METRICS_DECLARATION` when Prometheus could not read it, and
 * `GW_METRICS_CONFLICT` when the name is taken by another declaration.
 */
export interface Metrics {
  counter(options: MetricOptions): Metric<CounterCell>;
  gauge(options: GaugeOptions): Metric<GaugeCell>;
  histogram(options: HistogramOptions): Metric<HistogramCell>;
  /**
   * A gauge without cells: `read` is called at each scrape and reports what is there then, so that what is gone leaves
   * no series behind. Several observers of one name add to it. Must not throw. Ends when disposed.
   */
  observe(options: GaugeOptions, read: (report: ReportValue) => void): Disposable;
}

/** The process's {@link Metrics}. */
export const METRICS: Token<Metrics> = createToken<Metrics>('gibbon/metrics@1');
