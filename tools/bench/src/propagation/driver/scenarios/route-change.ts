import { setTimeout as sleep } from 'node:timers/promises';
import { distributionOf } from '../../../measure/distribution.ts';
import type { ChangeResult } from '../../propagation-result.ts';
import { httpRoute, NAMESPACE, rule } from '../objects.ts';
import { tally, type ProbeRequest } from '../prober.ts';
import type { World } from '../world.ts';

const NAME = 'changing';
const REQUEST: ProbeRequest = { hostname: 'changing.example.com', path: '/' };
const CLIENTS = 2;
const HEADER_FILTER = { type: 'ResponseHeaderModifier', responseHeaderModifier: { add: [{ name: 'changed', value: 'yes' }] } };

/** Changes a route again and again, the port of its backend and a filter in turn, while clients send requests back to back. */
export async function changeRoute(world: World, changes: number, intervalMs: number): Promise<ChangeResult> {
  await world.cluster.create(httpRoute({ namespace: NAMESPACE, name: NAME, host: REQUEST.hostname, rules: rulesOf(0) }));
  await world.prober().until200(REQUEST, world.options.intervalMs);
  const latencies: number[] = [];
  const errors: Record<string, number> = {};
  const stop = new AbortController();
  const client = async (): Promise<void> => {
    const prober = world.prober();
    while (!stop.signal.aborted) {
      const begunMs = performance.now();
      const status = await prober.send(REQUEST);
      latencies.push(performance.now() - begunMs);
      if (status !== 200) tally(errors, status);
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  try {
    for (let change = 1; change <= changes; change++) {
      await world.cluster.patch('HTTPRoute', NAMESPACE, NAME, { spec: { rules: rulesOf(change) } });
      await sleep(intervalMs);
    }
  } finally {
    stop.abort();
    await Promise.all(clients);
  }
  await world.cluster.removeAll('HTTPRoute', NAMESPACE, [NAME]);
  return { changes, intervalMs, requests: latencies.length, errors, latencyMs: distributionOf(latencies) };
}

function rulesOf(change: number): readonly unknown[] {
  const port = change % 2 === 0 ? 80 : 8080;
  return [rule('/', 'backend', { port, filters: Math.floor(change / 2) % 2 === 0 ? [] : [HEADER_FILTER] })];
}
