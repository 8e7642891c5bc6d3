/** What a metric measures. */
export type MetricType = 'counter' | 'gauge' | 'histogram';

/** How the gauges of several threads become one value: added up, the largest, or the last thread's that has one. */
export type GaugeMerge = 'sum' | 'max' | 'last';

/** All series of one metric at one moment: plain data that `postMessage` takes. */
export interface MetricSnapshot {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram without the infinite one; empty otherwise. */
  readonly buckets: readonly number[];
  /** Meaningful for gauges. */
  readonly merge: GaugeMerge;
  /** Label values of all series, one after the other: `labels.length` strings a series. */
  readonly labelValues: readonly string[];
  /**
   * Values of all series: one number a series, or for a histogram `buckets.length + 2` numbers: observations in each
   * bucket alone (not cumulative, the infinite one last), then their sum.
   */
  readonly values: Float64Array;
}

/** All metrics of one thread, or of several merged. */
export interface MetricsSnapshot {
  readonly metrics: readonly MetricSnapshot[];
}

/** Numbers in {@link MetricSnapshot.values} for one series. */
export function strideOf(metric: { readonly type: MetricType; readonly buckets: readonly number[] }): number {
  return metric.type === 'histogram' ? metric.buckets.length + 2 : 1;
}

/** Number of series of a metric. */
export function seriesCount(metric: MetricSnapshot): number {
  return metric.values.length / strideOf(metric);
}
