import { describe, expect, it } from 'vitest';
import { createMetrics, mergeSnapshots, renderMetrics, type MetricsRegistry, type MetricsSnapshot } from './index.ts';

function thread(fill: (metrics: MetricsRegistry) => void): MetricsSnapshot {
  const metrics = createMetrics();
  fill(metrics);
  // What `postMessage` does to it.
  return structuredClone(metrics.snapshot());
}

describe('mergeSnapshots', () => {
  it('adds up counters and histograms of threads that know different series', () => {
    const declare = (metrics: MetricsRegistry) => ({
      requests: metrics.counter({ name: 'requests', help: 'Requests.', labels: ['code'] }),
      latency: metrics.histogram({ name: 'latency', help: 'Latency.', buckets: [1, 10] }),
    });
    const merged = mergeSnapshots([
      thread((metrics) => {
        const { requests, latency } = declare(metrics);
        requests.with('200').add(1);
        requests.with('404').add(2);
        latency.with().observe(5);
      }),
      thread((metrics) => {
        const { requests, latency } = declare(metrics);
        requests.with('500').add(4);
        requests.with('200').add(8);
        latency.with().observe(0.5);
        latency.with().observe(50);
      }),
    ]);
    expect(renderMetrics(merged).match(/^[a-z].*$/gm)).toEqual([
      'latency_bucket{le="1"} 1',
      'latency_bucket{le="10"} 2',
      'latency_bucket{le="+Inf"} 3',
      'latency_sum 55.5',
      'latency_count 3',
      'requests{code="200"} 9',
      'requests{code="404"} 2',
      'requests{code="500"} 4',
    ]);
  });

  it('merges gauges as each declares', () => {
    const values = [3, 7, 5];
    const merged = mergeSnapshots(
      values.map((value) =>
        thread((metrics) => {
          for (const merge of ['sum', 'max', 'last'] as const) metrics.gauge({ name: merge, help: '', merge }).with().set(value);
          if (value === 7) metrics.observe({ name: 'seen', help: '', merge: 'last' }, (report) => report(value));
        }),
      ),
    );
    expect(renderMetrics(merged).match(/^[a-z].*$/gm)).toEqual(['last 5', 'max 7', 'seen 7', 'sum 15']);
  });

  it('leaves the snapshots that it was given alone, and can merge again', () => {
    const one = thread((metrics) =>
      metrics
        .counter({ name: 'c', help: '', labels: ['a'] })
        .with('x')
        .add(1),
    );
    const twice = mergeSnapshots([one, one]);
    expect(renderMetrics(mergeSnapshots([twice, one]))).toContain('c{a="x"} 3\n');
    expect(renderMetrics(one)).toContain('c{a="x"} 1\n');
  });

  it('keeps the first of two declarations that do not agree', () => {
    const merged = mergeSnapshots([
      thread((metrics) =>
        metrics
          .counter({ name: 'c', help: '', labels: ['a'] })
          .with('x')
          .add(1),
      ),
      thread((metrics) =>
        metrics
          .counter({ name: 'c', help: '', labels: ['b'] })
          .with('x')
          .add(1),
      ),
      thread((metrics) =>
        metrics
          .gauge({ name: 'c', help: '', labels: ['a'] })
          .with('x')
          .set(1),
      ),
    ]);
    expect(renderMetrics(merged).match(/^c.*$/gm)).toEqual(['c{a="x"} 1']);
  });

  it('is empty without threads', () => {
    expect(renderMetrics(mergeSnapshots([]))).toBe('');
  });
});
