import { describe, expect, it } from 'vitest';
import { createMetrics } from './index.ts';

describe('createMetrics', () => {
  it('counts, sets and observes, and writes the text format', () => {
    const metrics = createMetrics();
    const requests = metrics.counter({ name: 'kong_http_requests_total', help: 'Requests.', labels: ['service', 'code'] });
    requests.with('api', '200').add(2);
    requests.with('api', '500').add(1);
    requests.with('api', '200').add(0.5);
    metrics.gauge({ name: 'kong_datastore_reachable', help: 'Reachable.' }).with().set(1);
    const latency = metrics.histogram({ name: 'kong_latency_ms', help: 'Latency.', labels: ['route'], buckets: [1, 5] });
    for (const value of [0, 1, 1.5, 5, 6, 1e9]) latency.with('r').observe(value);

    expect(metrics.render()).toBe(
      [
        '# HELP kong_datastore_reachable Reachable.',
        '# TYPE kong_datastore_reachable gauge',
        'kong_datastore_reachable 1',
        '# HELP kong_http_requests_total Requests.',
        '# TYPE kong_http_requests_total counter',
        'kong_http_requests_total{service="api",code="200"} 2.5',
        'kong_http_requests_total{service="api",code="500"} 1',
        '# HELP kong_latency_ms Latency.',
        '# TYPE kong_latency_ms histogram',
        'kong_latency_ms_bucket{route="r",le="1"} 2',
        'kong_latency_ms_bucket{route="r",le="5"} 4',
        'kong_latency_ms_bucket{route="r",le="+Inf"} 6',
        'kong_latency_ms_sum{route="r"} 1000000013.5',
        'kong_latency_ms_count{route="r"} 6',
        '',
      ].join('\n'),
    );
  });

  it('escapes help and label values', () => {
    const metrics = createMetrics();
    metrics
      .gauge({ name: 'g', help: 'back\\slash\nnew "line"', labels: ['l'] })
      .with('a\\b"c\nd')
      .set(-Infinity);
    expect(metrics.render()).toBe('# HELP g back\\\\slash\\nnew "line"\n# TYPE g gauge\ng{l="a\\\\b\\"c\\nd"} -Inf\n');
  });

  it('keeps its cells when the array behind them grows', () => {
    const metrics = createMetrics();
    const counter = metrics.counter({ name: 'c', help: 'C.', labels: ['n'] });
    const first = counter.with('0');
    for (let n = 1; n < 100; n += 1) counter.with(String(n)).add(n);
    first.add(7);
    expect(metrics.render()).toContain('c{n="0"} 7\n');
    expect(metrics.render()).toContain('c{n="99"} 99\n');
    expect(counter.with('0')).toBe(first);
  });

  it('does not mix up label values that join to the same text', () => {
    const counter = createMetrics().counter({ name: 'c', help: 'C.', labels: ['a', 'b'] });
    expect(counter.with('x,', 'y')).not.toBe(counter.with('x', ',y'));
    expect(counter.with('', 'z')).not.toBe(counter.with('z', ''));
  });

  it('lets a counter neither fall nor be spoiled', () => {
    const metrics = createMetrics();
    const cell = metrics.counter({ name: 'c', help: 'C.' }).with();
    for (const amount of [3, -1, NaN, Infinity]) cell.add(amount);
    expect(metrics.render()).toContain('\nc 3\n');
    metrics
      .histogram({ name: 'h', help: 'H.', buckets: [1] })
      .with()
      .observe(NaN);
    expect(metrics.render()).toContain('\nh_count 0\n');
  });

  it('bounds the series of a metric and says so', () => {
    const metrics = createMetrics({ maxSeriesPerMetric: 2 });
    const counter = metrics.counter({ name: 'c', help: 'C.', labels: ['path'] });
    counter.with('/a').add(1);
    counter.with('/b').add(1);
    counter.with('/c').add(1);
    counter.with('/d').add(1);
    counter.with('/a').add(1);
    const text = metrics.render();
    expect(text.match(/^c\{.*$/gm)).toEqual(['c{path="/a"} 2', 'c{path="/b"} 1']);
    expect(text).toContain('gibbon_metrics_refused_series_total{metric="c"} 2\n');
  });

  it('declares a metric once, and refuses another under its name', () => {
    const metrics = createMetrics();
    const counter = metrics.counter({ name: 'c', help: 'C.', labels: ['a'] });
    expect(metrics.counter({ name: 'c', help: 'Another text.', labels: ['a'] })).toBe(counter);
    expect(() => metrics.counter({ name: 'c', help: 'C.', labels: ['b'] })).toThrow(
      expect.objectContaining({ code: 'GW_METRICS_CONFLICT' }),
    );
    expect(() => metrics.gauge({ name: 'c', help: 'C.', labels: ['a'] })).toThrow(expect.objectContaining({ code: 'GW_METRICS_CONFLICT' }));
    expect(() => metrics.observe({ name: 'c', help: 'C.' }, () => {})).toThrow(expect.objectContaining({ code: 'GW_METRICS_CONFLICT' }));
    expect(() => counter.with()).toThrow(expect.objectContaining({ code: 'GW_METRICS_LABELS' }));
  });

  it('names every problem of a declaration', () => {
    const declare = (): unknown =>
      createMetrics().histogram({ name: '0 bad', help: '', labels: ['le', '__x', 'a-b', 'a-b'], buckets: [2, 1] });
    expect(declare).toThrow(
      "metric '0 bad': the name must match [a-zA-Z_:][a-zA-Z0-9_:]*; labels must be distinct; label 'le' belongs to the histogram itself; " +
        "label '__x' must not start with two underscores; label 'a-b' must match [a-zA-Z_][a-zA-Z0-9_]*; " +
        "label 'a-b' must match [a-zA-Z_][a-zA-Z0-9_]*; buckets must be finite and ascending; the infinite bucket is implied",
    );
    expect(() => createMetrics().histogram({ name: 'h', help: '', buckets: [] })).toThrow('at least one bucket');
  });

  it('reads observed gauges at each scrape, and nothing of them stays', () => {
    const metrics = createMetrics();
    let targets = ['a', 'b'];
    const first = metrics.observe({ name: 'health', help: 'Health.', labels: ['target'] }, (report) =>
      targets.forEach((target) => report(1, target)),
    );
    metrics.observe({ name: 'health', help: 'Health.', labels: ['target'] }, (report) => report(0, 'other'));
    expect(metrics.render().match(/^health.*$/gm)).toEqual(['health{target="a"} 1', 'health{target="b"} 1', 'health{target="other"} 0']);
    targets = ['b'];
    expect(metrics.render().match(/^health.*$/gm)).toEqual(['health{target="b"} 1', 'health{target="other"} 0']);
    void first.dispose();
    expect(metrics.render().match(/^health.*$/gm)).toEqual(['health{target="other"} 0']);
  });
});
