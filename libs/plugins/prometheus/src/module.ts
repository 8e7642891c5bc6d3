import { optional } from '@gibbon/contracts/module';
import { definePlugin, type PluginHandler } from '@gibbon/contracts/plugin';
import { METRICS, UPSTREAM_HEALTH } from '@gibbon/contracts/services';
import { PLUGIN_VERSION } from '@gibbon/pdk';
import { schema, Type } from '@gibbon/schema';
import { HEALTH_GAUGE } from './families.ts';
import { Prometheus, reportHealth } from './prometheus.ts';

const flag = (description: string) => Type.Boolean({ default: false, description });

const config = schema(
  Type.Object({
    per_consumer: flag('Whether requests and bytes are counted per consumer: one series more for each.'),
    status_code_metrics: flag('Whether requests are counted by status.'),
    ai_metrics: flag('Accepted for compatibility; there are no AI plugins to measure.'),
    latency_metrics: flag('Whether latencies of gateway, upstream and whole request are recorded.'),
    bandwidth_metrics: flag('Whether bytes from and to clients are counted.'),
    upstream_health_metrics: flag('Whether the health of every address of every target is shown.'),
    wasm_metrics: flag('Accepted for compatibility; there are no Wasm filters to measure.'),
  }),
);

/**
 * Counts requests, latencies and bytes for Prometheus.
 * @see https://developer.konghq.com/plugins/prometheus/
 */
export default definePlugin({
  name: 'prometheus',
  summary: 'Counts requests, latencies and bytes, and shows them for Prometheus to scrape.',
  priority: 13,
  version: PLUGIN_VERSION,
  protocols: ['grpc', 'grpcs', 'http', 'https', 'tcp', 'tls', 'tls_passthrough', 'udp'],
  config,
  requires: { metrics: METRICS, health: optional(UPSTREAM_HEALTH) },
  create({ config, deps, scope }): PluginHandler {
    const { health, metrics } = deps;
    if (config.upstream_health_metrics && health !== null)
      scope.own(metrics.observe(HEALTH_GAUGE, (report) => reportHealth(health, report)));
    return new Prometheus(config, metrics);
  },
});
