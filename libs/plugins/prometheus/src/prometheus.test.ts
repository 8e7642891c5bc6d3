import { UPSTREAM_HEALTH, type AddressHealthReport } from '@gibbon/contracts/services';
import {
  createTestExchange,
  createTestPlugin,
  describePlugin,
  runPlugins,
  testConsumer,
  testRoute,
  testService,
  TestServices,
  type TestPlugin,
} from '@gibbon/testing-contract-kits';
import { describe, expect, it } from 'vitest';
import definition from './index.ts';

const ALL = {
  status_code_metrics: true,
  latency_metrics: true,
  bandwidth_metrics: true,
  upstream_health_metrics: true,
  per_consumer: true,
};

describePlugin({
  definition,
  configs: [{}, ALL],
  invalid: [{ config: { per_consumer: 'yes' }, problems: [{ path: 'per_consumer', message: 'expected a boolean' }] }],
});

const lines = (plugin: TestPlugin, family: string): string[] =>
  plugin.services.metrics.render().match(new RegExp(`^${family}[{ ].*$`, 'gm')) ?? [];

describe('prometheus', () => {
  it('records nothing unless told to, and has no log phase then', async () => {
    const plugin = createTestPlugin(definition);
    await plugin.run();
    expect(plugin.services.metrics.render()).toBe('');
    expect(plugin.handler.log).toBeUndefined();
  });

  it('counts requests by service, route, status and who answered', async () => {
    const plugin = createTestPlugin(definition, { status_code_metrics: true });
    await plugin.run();
    await plugin.run({ consumer: testConsumer() });
    await plugin.run({}, { status: 404 });
    await plugin.run({ route: testRoute({ name: null, id: 'r-id' }), service: testService({ name: null, host: 'h.test' }) });
    await plugin.run({ route: testRoute({ name: 'serviceless' }), service: null });
    await plugin.run({ route: null, service: null });
    const refusing = { access: (exchange: { error(status: number): void }) => exchange.error(401) };
    await runPlugins([refusing, plugin.handler], createTestExchange());
    expect(lines(plugin, 'kong_http_requests_total')).toEqual([
      'kong_http_requests_total{service="service",route="route",code="200",source="service",workspace="default",consumer=""} 2',
      'kong_http_requests_total{service="service",route="route",code="404",source="service",workspace="default",consumer=""} 1',
      'kong_http_requests_total{service="h.test",route="r-id",code="200",source="service",workspace="default",consumer=""} 1',
      'kong_http_requests_total{service="",route="serviceless",code="200",source="service",workspace="default",consumer=""} 1',
      'kong_http_requests_total{service="service",route="route",code="401",source="kong",workspace="default",consumer=""} 1',
    ]);
    expect(plugin.services.metrics.render()).not.toMatch(/bandwidth|latency/);
  });

  it('tells consumers apart when told to', async () => {
    const plugin = createTestPlugin(definition, { status_code_metrics: true, bandwidth_metrics: true, per_consumer: true });
    for (const consumer of [testConsumer(), testConsumer({ username: 'bob' }), testConsumer({ username: null })])
      await plugin.run({ consumer });
    await plugin.run();
    expect(lines(plugin, 'kong_http_requests_total').map((line) => line.replace(/.*consumer=/, ''))).toEqual([
      '"alice"} 1',
      '"bob"} 1',
      '""} 2',
    ]);
    expect(lines(plugin, 'kong_bandwidth_bytes')).toContain(
      'kong_bandwidth_bytes{service="service",route="route",direction="egress",workspace="default",consumer="bob"} 2',
    );
  });

  it('adds up bytes in both directions', async () => {
    const plugin = createTestPlugin(definition, { bandwidth_metrics: true });
    for (const bytes of [100, 23]) {
      const exchange = createTestExchange();
      exchange.bytesIn = bytes;
      await runPlugins([plugin.handler], exchange, { chunks: ['x'.repeat(10)] });
    }
    expect(lines(plugin, 'kong_bandwidth_bytes')).toEqual([
      'kong_bandwidth_bytes{service="service",route="route",direction="ingress",workspace="default",consumer=""} 123',
      'kong_bandwidth_bytes{service="service",route="route",direction="egress",workspace="default",consumer=""} 20',
    ]);
  });

  it("records latencies in Kong's buckets, and only of stages that were reached", async () => {
    const plugin = createTestPlugin(definition, { latency_metrics: true });
    await plugin.run({}, { latencies: { request: 900, kong: 6, proxy: 894 } });
    await plugin.run({}, { latencies: { request: 3, kong: 3, proxy: -1 } });
    const buckets = (family: string): string[] => lines(plugin, `${family}_bucket`).map((line) => line.replace(/.*le="(.*)"} /, '$1:'));
    expect(buckets('kong_kong_latency_ms')).toEqual([
      '1:0',
      '2:0',
      '5:1',
      '7:2',
      '10:2',
      '15:2',
      '20:2',
      '30:2',
      '50:2',
      '75:2',
      '100:2',
      '200:2',
      '500:2',
      '750:2',
      '1000:2',
      '3000:2',
      '6000:2',
      '+Inf:2',
    ]);
    expect(buckets('kong_upstream_latency_ms')).toEqual([
      '25:0',
      '50:0',
      '80:0',
      '100:0',
      '250:0',
      '400:0',
      '700:0',
      '1000:1',
      '2000:1',
      '5000:1',
      '10000:1',
      '30000:1',
      '60000:1',
      '+Inf:1',
    ]);
    expect(lines(plugin, 'kong_request_latency_ms_sum')).toEqual([
      'kong_request_latency_ms_sum{service="service",route="route",workspace="default"} 903',
    ]);
  });

  it('shows the health of upstreams while an instance wants it', async () => {
    let reports: AddressHealthReport[] = [{ upstream: 'u', target: 't:80', address: '10.0.0.1:80', state: 'healthy' }];
    const services = new TestServices([
      [UPSTREAM_HEALTH, { reportAll: (report: (health: AddressHealthReport) => void) => reports.forEach(report) }],
    ]);
    const plugin = createTestPlugin(definition, { upstream_health_metrics: true }, { services });
    expect(lines(plugin, 'kong_upstream_target_health')).toEqual([
      'kong_upstream_target_health{upstream="u",target="t:80",address="10.0.0.1:80",state="healthchecks_off",subsystem="http"} 0',
      'kong_upstream_target_health{upstream="u",target="t:80",address="10.0.0.1:80",state="healthy",subsystem="http"} 1',
      'kong_upstream_target_health{upstream="u",target="t:80",address="10.0.0.1:80",state="unhealthy",subsystem="http"} 0',
      'kong_upstream_target_health{upstream="u",target="t:80",address="10.0.0.1:80",state="dns_error",subsystem="http"} 0',
    ]);
    reports = [{ upstream: 'u', target: 'gone:80', address: '', state: 'dns_error' }];
    expect(lines(plugin, 'kong_upstream_target_health').filter((line) => line.endsWith(' 1'))).toEqual([
      'kong_upstream_target_health{upstream="u",target="gone:80",address="",state="dns_error",subsystem="http"} 1',
    ]);
    await plugin.scope.dispose();
    expect(lines(plugin, 'kong_upstream_target_health')).toEqual([]);
    expect(lines(createTestPlugin(definition, {}, { services }), 'kong_upstream_target_health')).toEqual([]);
  });

  it('shares its metrics between instances, and follows a route to its new name', async () => {
    const services = new TestServices();
    const [one, two] = [1, 2].map(() => createTestPlugin(definition, { status_code_metrics: true }, { services })) as [
      TestPlugin,
      TestPlugin,
    ];
    await one.run();
    await two.run();
    await two.run({ route: testRoute({ name: 'renamed' }) });
    expect(lines(one, 'kong_http_requests_total').map((line) => line.replace(/.*route="(\w+)".* /, '$1 '))).toEqual([
      'route 2',
      'renamed 1',
    ]);
  });
});
