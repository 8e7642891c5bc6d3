import { watchHandles } from '@gibbon/testing-fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PluginGateway } from './plugin-gateway.ts';

const handles = watchHandles();
const METRICS = { status_code_metrics: true, latency_metrics: true, bandwidth_metrics: true, per_consumer: true };

describe('correlation-id and prometheus on the wire', () => {
  let gateway: PluginGateway;
  beforeAll(async () => {
    gateway = await PluginGateway.start({
      routes: [
        { name: 'ids', paths: ['/ids'], plugins: [{ name: 'correlation-id', config: { header_name: 'X-Id', echo_downstream: true } }] },
        { name: 'locked', paths: ['/locked'], plugins: [{ name: 'key-auth' }] },
      ],
      globalPlugins: [{ name: 'prometheus', config: METRICS }],
      consumers: [{ username: 'alice', keyauth_credentials: [{ key: 'a' }] }],
    });
  });
  afterAll(async () => {
    await gateway.close();
    await handles.settled();
  });

  const metric = (name: string, ...labels: string[]): number => {
    const line = gateway.metrics
      .render()
      .split('\n')
      .find((text) => text.startsWith(`${name}{`) && labels.every((label) => text.includes(label)));
    return Number(line?.split(' ').at(-1) ?? NaN);
  };

  it('numbers requests and tells client and upstream the same', async () => {
    const client = await gateway.connect();
    const numbers: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      const { response, seen } = await gateway.ask({ target: '/ids' }, client);
      expect(response.header('x-id')).toBe(seen!.headers['x-id']);
      numbers.push(response.header('x-id')!.split('#')[1]!);
    }
    expect(numbers).toEqual(['1', '2', '3']);
    const own = await gateway.ask({ target: '/ids', headers: ['x-id', 'mine'] }, client);
    expect([own.response.header('x-id'), own.seen!.headers['x-id']]).toEqual(['mine', 'mine']);
  });

  it('counts requests by status, source and consumer, and not those without a route', async () => {
    const client = await gateway.connect();
    for (const headers of [[], ['apikey', 'a'], ['apikey', 'a']]) await gateway.ask({ target: '/locked', headers }, client);
    await gateway.ask({ target: '/none' }, client);
    gateway.upstream.respond(() => ({ kind: 'close' }));
    expect(await gateway.status({ target: '/locked', headers: ['apikey', 'a'] }, client)).toBe(502);
    gateway.upstream.respond(() => ({ kind: 'echo' }));
    const count = (...labels: string[]): number => metric('kong_http_requests_total', 'route="locked"', 'service="echo"', ...labels);
    expect(count('code="401"', 'source="kong"', 'consumer=""')).toBe(1);
    expect(count('code="200"', 'source="service"', 'consumer="alice"')).toBe(2);
    expect(count('code="502"', 'source="kong"', 'consumer="alice"')).toBe(1);
    expect(gateway.metrics.render()).not.toContain('code="404"');
  });

  it('counts the bytes on the wire and observes latencies', async () => {
    const before = [
      metric('kong_bandwidth_bytes', 'route="locked"', 'ingress', 'alice'),
      metric('kong_bandwidth_bytes', 'route="locked"', 'egress', 'alice'),
    ];
    const latencies = metric('kong_upstream_latency_ms_count', 'route="locked"');
    const client = await gateway.connect();
    const request = 'POST /locked HTTP/1.1\r\nHost: h\r\napikey: a\r\nContent-Length: 100000\r\n\r\n';
    client.send(request).send(Buffer.alloc(100_000, 'x'));
    gateway.upstream.respond(() => ({ kind: 'answer', body: 'y'.repeat(50_000) }));
    let arrived = 0;
    client.socket.on('data', (bytes: Buffer) => (arrived += bytes.length));
    await client.response('POST');
    expect(metric('kong_bandwidth_bytes', 'route="locked"', 'ingress', 'alice') - before[0]!).toBe(request.length + 100_000);
    expect(metric('kong_bandwidth_bytes', 'route="locked"', 'egress', 'alice') - before[1]!).toBe(arrived);
    expect(metric('kong_upstream_latency_ms_count', 'route="locked"')).toBe(latencies + 1);
    expect(metric('kong_request_latency_ms_count', 'route="locked"')).toBe(metric('kong_kong_latency_ms_count', 'route="locked"'));
  });
});
