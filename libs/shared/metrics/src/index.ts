export { EXPOSITION_CONTENT_TYPE, renderMetrics } from './exposition.ts';
export { mergeSnapshots } from './merge.ts';
export { nodeSnapshot, type NodeFacts, type NodeReading } from './node-metrics.ts';
export { createMetrics, REFUSED_SERIES_METRIC, type MetricsRegistry, type MetricsSettings } from './registry.ts';
export type { GaugeMerge, MetricSnapshot, MetricsSnapshot, MetricType } from './snapshot.ts';
