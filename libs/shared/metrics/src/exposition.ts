import { seriesCount, strideOf, type MetricSnapshot, type MetricsSnapshot } from './snapshot.ts';

/** `Content-Type` of {@link renderMetrics}. */
export const EXPOSITION_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=UTF-8';

/**
 * Writes metrics in Prometheus' text format: families by name, `# HELP` and `# TYPE` before each, cumulative buckets
 * that end with `le="+Inf"`. Families without series are left out.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function renderMetrics(snapshot: MetricsSnapshot): string {
  const families = snapshot.metrics.filter((metric) => metric.values.length > 0);
  families.sort((a, b) => (a.name < b.name ? -1 : 1));
  const lines: string[] = [];
  for (const metric of families) {
    lines.push(`# HELP ${metric.name} ${escapeHelp(metric.help)}\n# TYPE ${metric.name} ${metric.type}\n`);
    if (metric.type === 'histogram') histogramLines(metric, lines);
    else plainLines(metric, lines);
  }
  return lines.join('');
}

function plainLines(metric: MetricSnapshot, lines: string[]): void {
  for (let series = 0; series < seriesCount(metric); series += 1) {
    const labels = labelPairs(metric, series);
    const set = labels === '' ? '' : `{${labels}}`;
    lines.push(`${metric.name}${set} ${formatValue(metric.values[series]!)}\n`);
  }
}

function histogramLines(metric: MetricSnapshot, lines: string[]): void {
  const stride = strideOf(metric);
  const bounds = [...metric.buckets.map(formatValue), '+Inf'];
  for (let series = 0; series < seriesCount(metric); series += 1) {
    const labels = labelPairs(metric, series);
    const prefix = labels === '' ? '' : `${labels},`;
    const set = labels === '' ? '' : `{${labels}}`;
    const start = series * stride;
    let count = 0;
    bounds.forEach((bound, index) => {
      count += metric.values[start + index]!;
      lines.push(`${metric.name}_bucket{${prefix}le="${bound}"} ${formatValue(count)}\n`);
    });
    lines.push(`${metric.name}_sum${set} ${formatValue(metric.values[start + stride - 1]!)}\n`);
    lines.push(`${metric.name}_count${set} ${formatValue(count)}\n`);
  }
}

function labelPairs(metric: MetricSnapshot, series: number): string {
  const count = metric.labels.length;
  let text = '';
  for (let index = 0; index < count; index += 1) {
    const value = escapeLabelValue(metric.labelValues[series * count + index]!);
    text += `${index === 0 ? '' : ','}${metric.labels[index]}="${value}"`;
  }
  return text;
}

function formatValue(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabelValue(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
