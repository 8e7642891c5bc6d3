import type { Readiness } from '@gibbon/controlplane-runtime';
import { createMetrics } from '@gibbon/metrics';
import { describe, expect, it } from 'vitest';
import { findEndpoint, type Answer, type Endpoint } from '../http/endpoint.ts';
import { healthEndpoints } from './health.ts';
import { metricsEndpoints } from './metrics.ts';
import { observeProcess } from './process-metrics.ts';

async function ask(endpoints: readonly Endpoint[], path: string): Promise<Answer> {
  const found = findEndpoint(endpoints, path);
  if (found === null) throw new Error(`no endpoint ${path}`);
  return found.endpoint.answer({ rest: found.rest, query: new URLSearchParams() });
}

describe('healthEndpoints', () => {
  it('says that the process lives although it is not ready, and why it is not', async () => {
    let state: Readiness = { ready: false, reason: 'still reading what exists: kubernetes' };
    const endpoints = healthEndpoints(() => state);
    expect(await ask(endpoints, '/healthz')).toMatchObject({ status: 200, body: 'ok\n' });
    expect(await ask(endpoints, '/readyz')).toMatchObject({ status: 503, body: 'still reading what exists: kubernetes\n' });
    state = { ready: true };
    expect(await ask(endpoints, '/readyz')).toMatchObject({ status: 200, body: 'ok\n' });
  });
});

describe('metricsEndpoints', () => {
  it('has the measures of the process under their usual names', async () => {
    const metrics = createMetrics();
    const observed = observeProcess(metrics);
    const valueOf = async (name: string): Promise<number> => {
      const { body, contentType } = await ask(metricsEndpoints(metrics), '/metrics');
      expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/);
      return Number(new RegExp(`^${name} (.+)$`, 'm').exec(body)?.[1]);
    };
    expect(await valueOf('process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(await valueOf('process_start_time_seconds')).toBeLessThanOrEqual(Date.now() / 1000);
    expect(await valueOf('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
    const used = await valueOf('process_cpu_seconds_total');
    const { user, system } = process.cpuUsage();
    expect(used).toBeGreaterThan(0);
    expect(await valueOf('process_cpu_seconds_total')).toBeGreaterThanOrEqual((user + system) / 1e6);
    expect((await ask(metricsEndpoints(metrics), '/metrics')).body).toContain('# TYPE process_cpu_seconds_total counter');
    await observed.dispose();
    expect((await ask(metricsEndpoints(metrics), '/metrics')).body).not.toContain('nodejs_eventloop_lag_p99_seconds ');
  });
});
