import { EXPOSITION_CONTENT_TYPE, type MetricsRegistry } from '@gibbon/metrics';
import type { Endpoint } from '../http/endpoint.ts';

/** `/metrics`: what the process measures, for Prometheus. */
export function metricsEndpoints(metrics: MetricsRegistry): readonly Endpoint[] {
  return [{ path: '/metrics', answer: () => ({ status: 200, contentType: EXPOSITION_CONTENT_TYPE, body: metrics.render() }) }];
}
