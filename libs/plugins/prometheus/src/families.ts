import type { CounterCell, HistogramCell, Metric, Metrics } from '@gibbon/contracts/services';

/** Upper bounds in milliseconds for what the gateway itself takes, as Kong has them. */
const GATEWAY_BUCKETS = [1, 2, 5, 7, 10, 15, 20, 30, 50, 75, 100, 200, 500, 750, 1_000, 3_000, 6_000];
/** Upper bounds in milliseconds for what upstreams take. */
const UPSTREAM_BUCKETS = [25, 50, 80, 100, 250, 400, 700, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000];
const ROUTE_LABELS = ['service', 'route', 'workspace'];

/** The metrics of requests, under Kong's names. */
export interface RequestFamilies {
  readonly requests: Metric<CounterCell>;
  readonly bandwidth: Metric<CounterCell>;
  readonly gatewayLatency: Metric<HistogramCell>;
  readonly upstreamLatency: Metric<HistogramCell>;
  readonly requestLatency: Metric<HistogramCell>;
}

/** Declares the metrics of requests; all instances share them. @see https://developer.konghq.com/plugins/prometheus/#available-metrics */
export function declareFamilies(metrics: Metrics): RequestFamilies {
  return {
    requests: metrics.counter({
      name: 'kong_http_requests_total',
      help: 'HTTP requests by service, route, status, who answered, and consumer.',
      labels: ['service', 'route', 'code', 'source', 'workspace', 'consumer'],
    }),
    bandwidth: metrics.counter({
      name: 'kong_bandwidth_bytes',
      help: 'Bytes received from clients (ingress) and sent to them (egress).',
      labels: ['service', 'route', 'direction', 'workspace', 'consumer'],
    }),
    gatewayLatency: metrics.histogram({
      name: 'kong_kong_latency_ms',
      help: 'Milliseconds that the gateway and its plugins take.',
      labels: ROUTE_LABELS,
      buckets: GATEWAY_BUCKETS,
    }),
    upstreamLatency: metrics.histogram({
      name: 'kong_upstream_latency_ms',
      help: 'Milliseconds until the upstream answers.',
      labels: ROUTE_LABELS,
      buckets: UPSTREAM_BUCKETS,
    }),
    requestLatency: metrics.histogram({
      name: 'kong_request_latency_ms',
      help: 'Milliseconds from the first byte of a request to the last of its response.',
      labels: ROUTE_LABELS,
      buckets: UPSTREAM_BUCKETS,
    }),
  };
}

/** The gauge of upstream health: 1 for the state that holds, 0 for the others. */
export const HEALTH_GAUGE = {
  name: 'kong_upstream_target_health',
  help: 'Health of the addresses of targets: 1 for the state that holds.',
  labels: ['upstream', 'target', 'address', 'state', 'subsystem'],
  // Every thread sees the same state.
  merge: 'last',
} as const;
