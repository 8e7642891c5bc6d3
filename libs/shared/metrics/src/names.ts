import { GatewayError } from '@gibbon/contracts/errors';
import type { MetricOptions } from '@gibbon/contracts/services';

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Rejects a declaration that Prometheus could not read.
 * @throws GatewayError `GW_METRICS_DECLARATION`, naming the metric and every problem.
 * @see https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels
 */
export function checkDeclaration(options: MetricOptions, buckets: readonly number[] | null): void {
  const problems: string[] = [];
  if (!METRIC_NAME.test(options.name)) problems.push('the name must match [a-zA-Z_:][a-zA-Z0-9_:]*');
  const labels = options.labels ?? [];
  if (new Set(labels).size !== labels.length) problems.push('labels must be distinct');
  for (const label of labels) {
    if (!LABEL_NAME.test(label)) problems.push(`label '${label}' must match [a-zA-Z_][a-zA-Z0-9_]*`);
    else if (label.startsWith('__')) problems.push(`label '${label}' must not start with two underscores`);
    else if (label === 'le' && buckets !== null) problems.push("label 'le' belongs to the histogram itself");
  }
  if (buckets !== null) problems.push(...bucketProblems(buckets));
  if (problems.length === 0) return;
  throw new GatewayError('GW_METRICS_DECLARATION', `metric '${options.name}': ${problems.join('; ')}`, { source: 'internal' });
}

function bucketProblems(buckets: readonly number[]): string[] {
  if (buckets.length === 0) return ['a histogram needs at least one bucket'];
  const ascending = buckets.every((bound, index) => Number.isFinite(bound) && (index === 0 || bound > buckets[index - 1]!));
  return ascending ? [] : ['buckets must be finite and ascending; the infinite bucket is implied'];
}
