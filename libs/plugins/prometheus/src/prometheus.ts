import type { Route } from '@gibbon/contracts/entities';
import type { Exchange, PluginHandler } from '@gibbon/contracts/plugin';
import type { AddressState, Metrics, ReportValue, UpstreamHealthReporter } from '@gibbon/contracts/services';
import { declareFamilies, type RequestFamilies } from './families.ts';
import { RouteCells } from './route-cells.ts';

/** Which metrics are recorded. */
export interface PrometheusConfig {
  readonly per_consumer: boolean;
  readonly status_code_metrics: boolean;
  readonly latency_metrics: boolean;
  readonly bandwidth_metrics: boolean;
}

/** Records requests in the metrics that `/metrics` shows. */
export class Prometheus implements PluginHandler {
  readonly #config: PrometheusConfig;
  readonly #families: RequestFamilies;
  /** By the route's object: a route that changes gets cells under its new name, one that goes leaves none behind. */
  readonly #routes = new WeakMap<Route, RouteCells>();
  /** Absent when nothing about requests is recorded. */
  readonly log?: (exchange: Exchange) => void;

  constructor(config: PrometheusConfig, metrics: Metrics) {
    this.#config = config;
    this.#families = declareFamilies(metrics);
    if (config.status_code_metrics || config.latency_metrics || config.bandwidth_metrics) this.log = (exchange) => this.#record(exchange);
  }

  #record(exchange: Exchange): void {
    const { route } = exchange;
    if (route === null) return;
    let cells = this.#routes.get(route);
    if (cells === undefined) this.#routes.set(route, (cells = new RouteCells(this.#families, route, exchange.service)));
    const consumer = this.#config.per_consumer ? (exchange.consumer?.username ?? '') : '';
    if (this.#config.status_code_metrics) cells.requests(exchange.responseStatus, exchange.responseSource === 'service', consumer).add(1);
    if (this.#config.bandwidth_metrics) {
      const { ingress, egress } = cells.bandwidth(consumer);
      ingress.add(exchange.bytesIn);
      egress.add(exchange.bytesOut);
    }
    if (this.#config.latency_metrics) recordLatency(exchange, cells);
  }
}

function recordLatency(exchange: Exchange, cells: RouteCells): void {
  const { request, kong, proxy } = exchange.latencies;
  if (kong >= 0) cells.latency.gateway.observe(kong);
  if (proxy >= 0) cells.latency.upstream.observe(proxy);
  if (request >= 0) cells.latency.request.observe(request);
}

const STATES: readonly AddressState[] = ['healthchecks_off', 'healthy', 'unhealthy', 'dns_error'];

/** Reports every state of every address: 1 for the one that holds. */
export function reportHealth(health: UpstreamHealthReporter, report: ReportValue): void {
  health.reportAll(({ upstream, target, address, state }) => {
    for (const possible of STATES) report(possible === state ? 1 : 0, upstream, target, address, possible, 'http');
  });
}
