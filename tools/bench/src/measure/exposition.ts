/** A sample of a metric. */
export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/**
 * The samples of one metric in a text of metrics. Lines of others are not looked into: an API server has ten thousand of them.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function samplesOf(text: string, name: string): readonly MetricSample[] {
  const samples: MetricSample[] = [];
  for (const line of text.split('\n')) {
    if (!line.startsWith(name)) continue;
    const [, found, labels = '', value] = SAMPLE.exec(line) ?? [];
    if (found === name) samples.push({ name, labels: labelsOf(labels), value: Number(value) });
  }
  return samples;
}

/** Sums of a metric's samples by what `group` makes of their labels; those of which it makes `null` are left out. */
export function sumBy(samples: readonly MetricSample[], group: (labels: MetricSample['labels']) => string | null): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { labels, value } of samples) {
    const key = group(labels);
    if (key !== null) sums[key] = (sums[key] ?? 0) + value;
  }
  return sums;
}

/** What was added between two looks; what stayed as it was is left out. */
export function growth(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>): Record<string, number> {
  const grown = Object.entries(after).map(([key, value]) => [key, value - (before[key] ?? 0)] as const);
  return Object.fromEntries(grown.filter(([, value]) => value !== 0));
}

function labelsOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...text.matchAll(LABEL)].map(([, name, value]) => [name, unescape(value ?? '')]));
}

function unescape(value: string): string {
  return value.includes('\\') ? value.replaceAll(/\\(.)/g, (_, next: string) => (next === 'n' ? '\n' : next)) : value;
}
