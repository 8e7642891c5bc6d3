import { seriesCount, strideOf, type MetricSnapshot, type MetricsSnapshot } from './snapshot.ts';

/**
 * Merges what several threads measured, for one scrape. Counters and histograms add up; gauges as each declares.
 * A metric that threads declare differently keeps the first declaration, the others are left out.
 * Called once per scrape; costs in proportion to the number of series.
 *
 * A thread that ended takes its counts along, which a scraper sees as a reset: whoever owns the threads keeps the last
 * snapshot of an ended one and merges it too.
 */
export function mergeSnapshots(snapshots: readonly MetricsSnapshot[]): MetricsSnapshot {
  if (snapshots.length === 1) return snapshots[0]!;
  const merged = new Map<string, MergedMetric>();
  for (const snapshot of snapshots) {
    for (const metric of snapshot.metrics) {
      const existing = merged.get(metric.name);
      if (existing === undefined) merged.set(metric.name, new MergedMetric(metric));
      else if (existing.accepts(metric)) existing.add(metric);
    }
  }
  return { metrics: Array.from(merged.values(), (metric) => metric.toSnapshot()) };
}

/** One metric while threads are added to it. */
class MergedMetric {
  readonly #first: MetricSnapshot;
  readonly #stride: number;
  /** Position of a series by its label values. */
  readonly #positions = new Map<string, number>();
  readonly #labelValues: string[] = [];
  #values: Float64Array;
  #length = 0;

  constructor(first: MetricSnapshot) {
    this.#first = first;
    this.#stride = strideOf(first);
    this.#values = new Float64Array(first.values.length);
    this.add(first);
  }

  accepts(metric: MetricSnapshot): boolean {
    return metric.type === this.#first.type && sameList(metric.labels, this.#first.labels) && sameList(metric.buckets, this.#first.buckets);
  }

  add(metric: MetricSnapshot): void {
    const labelCount = metric.labels.length;
    for (let series = 0; series < seriesCount(metric); series += 1) {
      const labels = metric.labelValues.slice(series * labelCount, (series + 1) * labelCount);
      // JSON keeps apart what a plain join would not: ["a,b"] and ["a", "b"].
      const key = labelCount === 0 ? '' : JSON.stringify(labels);
      const source = series * this.#stride;
      const position = this.#positions.get(key);
      if (position === undefined) this.#append(key, labels, metric.values, source);
      else this.#combine(position, metric.values, source);
    }
  }

  toSnapshot(): MetricSnapshot {
    const { name, help, type, labels, buckets, merge } = this.#first;
    return { name, help, type, labels, buckets, merge, labelValues: this.#labelValues, values: this.#values.slice(0, this.#length) };
  }

  #append(key: string, labels: readonly string[], values: Float64Array, source: number): void {
    const position = this.#length;
    if (position + this.#stride > this.#values.length) {
      const grown = new Float64Array(Math.max(this.#values.length * 2, position + this.#stride));
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values.set(values.subarray(source, source + this.#stride), position);
    this.#length += this.#stride;
    this.#positions.set(key, position);
    this.#labelValues.push(...labels);
  }

  #combine(position: number, values: Float64Array, source: number): void {
    const mode = this.#first.type === 'gauge' ? this.#first.merge : 'sum';
    for (let offset = 0; offset < this.#stride; offset += 1) {
      const value = values[source + offset]!;
      const current = this.#values[position + offset]!;
      this.#values[position + offset] = mode === 'sum' ? current + value : mode === 'max' ? Math.max(current, value) : value;
    }
  }
}

function sameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
