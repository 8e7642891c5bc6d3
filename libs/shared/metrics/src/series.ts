import { GatewayError } from '@gibbon/contracts/errors';
import type { CounterCell, GaugeCell, HistogramCell, Metric } from '@gibbon/contracts/services';
import { strideOf, type GaugeMerge, type MetricSnapshot, type MetricType } from './snapshot.ts';

/** A declaration with everything filled in. */
export interface Declaration {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly labels: readonly string[];
  readonly buckets: readonly number[];
  readonly merge: GaugeMerge;
}

/** A node of the tree that finds a cell: one level per label, so that no key is ever built from label values. */
type Branch<Cell> = Map<string, Branch<Cell> | Cell>;

/**
 * The series of one metric: numbers in one typed array that grows, cells that know their position in it.
 * Beyond `maxSeries` every new set of label values gets one shared cell that forgets what it is told.
 */
export class Series<Cell> implements Metric<Cell> {
  readonly declaration: Declaration;
  /** Current numbers; replaced when it grows, so cells read it anew each time. */
  values: Float64Array;
  readonly #make: (series: Series<Cell>, position: number) => Cell;
  readonly #maxSeries: number;
  readonly #onRefused: () => void;
  readonly #stride: number;
  readonly #root: Branch<Cell> = new Map();
  readonly #labelValues: string[] = [];
  #single: Cell | null = null;
  #discard: Cell | null = null;
  #count = 0;

  constructor(declaration: Declaration, options: SeriesOptions<Cell>) {
    this.declaration = declaration;
    this.#make = options.make;
    this.#maxSeries = options.maxSeries;
    this.#onRefused = options.onRefused;
    this.#stride = strideOf(declaration);
    this.values = new Float64Array(this.#stride * 4);
  }

  with(...labelValues: readonly string[]): Cell {
    const depth = this.declaration.labels.length;
    if (labelValues.length !== depth) this.#rejectLabels(labelValues.length);
    if (depth === 0) return (this.#single ??= this.#add(labelValues));
    let branch = this.#root;
    for (let level = 0; level < depth - 1; level += 1) {
      const next = branch.get(labelValues[level]!) as Branch<Cell> | undefined;
      if (next === undefined) return this.#insert(labelValues);
      branch = next;
    }
    return (branch.get(labelValues[depth - 1]!) as Cell | undefined) ?? this.#insert(labelValues);
  }

  snapshot(): MetricSnapshot {
    return { ...this.declaration, labelValues: this.#labelValues.slice(), values: this.values.slice(0, this.#count * this.#stride) };
  }

  #insert(labelValues: readonly string[]): Cell {
    if (this.#count >= this.#maxSeries) {
      this.#onRefused();
      return (this.#discard ??= this.#make(
        new Series(this.declaration, { make: this.#make, maxSeries: 1, onRefused: this.#onRefused }),
        0,
      ));
    }
    let branch = this.#root;
    for (const value of labelValues.slice(0, -1)) {
      let next = branch.get(value) as Branch<Cell> | undefined;
      if (next === undefined) branch.set(value, (next = new Map()));
      branch = next;
    }
    const cell = this.#add(labelValues);
    branch.set(labelValues[labelValues.length - 1]!, cell);
    return cell;
  }

  #add(labelValues: readonly string[]): Cell {
    const position = this.#count * this.#stride;
    if (position + this.#stride > this.values.length) {
      const grown = new Float64Array(this.values.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.#count += 1;
    this.#labelValues.push(...labelValues);
    return this.#make(this, position);
  }

  #rejectLabels(given: number): never {
    const { name, labels } = this.declaration;
    throw new GatewayError(
      'GW_METRICS_LABELS',
      `metric '${name}' takes ${labels.length} label values (${labels.join(', ')}), got ${given}`,
      {
        source: 'internal',
      },
    );
  }
}

/** How a {@link Series} makes cells and what bounds it. */
export interface SeriesOptions<Cell> {
  readonly make: (series: Series<Cell>, position: number) => Cell;
  readonly maxSeries: number;
  /** Called each time a new series is refused. */
  readonly onRefused: () => void;
}

/** Only finite amounts from 0 count: a counter never falls, and one `NaN` would spoil it for good. */
class CounterSeriesCell implements CounterCell {
  readonly #series: Series<CounterCell>;
  readonly #position: number;
  constructor(series: Series<CounterCell>, position: number) {
    this.#series = series;
    this.#position = position;
  }
  add(amount: number): void {
    if (amount >= 0 && amount < Infinity) this.#series.values[this.#position]! += amount;
  }
}

class GaugeSeriesCell implements GaugeCell {
  readonly #series: Series<GaugeCell>;
  readonly #position: number;
  constructor(series: Series<GaugeCell>, position: number) {
    this.#series = series;
    this.#position = position;
  }
  set(value: number): void {
    this.#series.values[this.#position] = value;
  }
  add(amount: number): void {
    this.#series.values[this.#position]! += amount;
  }
}

class HistogramSeriesCell implements HistogramCell {
  readonly #series: Series<HistogramCell>;
  readonly #position: number;
  readonly #buckets: readonly number[];
  constructor(series: Series<HistogramCell>, position: number) {
    this.#series = series;
    this.#position = position;
    this.#buckets = series.declaration.buckets;
  }
  observe(value: number): void {
    if (Number.isNaN(value)) return;
    const buckets = this.#buckets;
    const values = this.#series.values;
    let bucket = 0;
    // Most observations fall into the first few buckets: a scan beats a binary search there.
    while (bucket < buckets.length && value > buckets[bucket]!) bucket += 1;
    values[this.#position + bucket]! += 1;
    values[this.#position + buckets.length + 1]! += value;
  }
}

/** Makes the cells of a counter. */
export const counterCell = (series: Series<CounterCell>, position: number): CounterCell => new CounterSeriesCell(series, position);
/** Makes the cells of a gauge. */
export const gaugeCell = (series: Series<GaugeCell>, position: number): GaugeCell => new GaugeSeriesCell(series, position);
/** Makes the cells of a histogram. */
export const histogramCell = (series: Series<HistogramCell>, position: number): HistogramCell => new HistogramSeriesCell(series, position);
