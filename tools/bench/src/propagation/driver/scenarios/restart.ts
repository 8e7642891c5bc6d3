import { setTimeout as sleep } from 'node:timers/promises';
import { distributionOf } from '../../../measure/distribution.ts';
import type { RestartResult } from '../../propagation-result.ts';
import { NAMESPACE, probeRoute } from '../objects.ts';
import { tally, type ProbeRequest } from '../prober.ts';
import type { World } from '../world.ts';
import type { ManyRoutes } from './route-scale.ts';

/** Requests after a restart. */
const SAMPLE = 500;
const PROBE = { name: 'created-afterwards', hostname: 'created-afterwards.example.com', path: '/created' };
/** What a controller does after it serves, such as writing statuses, it has begun by then. */
const AFTERWARDS_MS = 5000;

/** Restarts the proxy, then the controller, with the many routes present. */
export async function restartBoth(world: World, many: ManyRoutes): Promise<RestartResult> {
  const requests = many.requests();
  const proxy = await restartProxy(world, requests);
  const controller = await restartController(world, requests);
  return { routes: requests.length, proxy, controller };
}

async function restartProxy(world: World, requests: readonly ProbeRequest[]): Promise<RestartResult['proxy']> {
  const end = await world.count();
  await world.stopProxy();
  const begunMs = performance.now();
  world.startProxy();
  const readyMs = await world.proxyReady();
  const answers: Record<string, number> = {};
  const prober = world.prober();
  for (const request of sampleOf(requests)) tally(answers, await prober.send(request));
  await world.quiet();
  return { readySeconds: (readyMs - begunMs) / 1000, answers, expense: await end() };
}

async function restartController(world: World, requests: readonly ProbeRequest[]): Promise<RestartResult['controller']> {
  const end = await world.count();
  await world.stopController();
  const stopOthers = new AbortController();
  const others = askOthers(world, requests, stopOthers.signal);
  const begunMs = performance.now();
  world.startController();
  const syncedMs = await world.controllerSynced();
  await sleep(AFTERWARDS_MS);
  stopOthers.abort();
  const meanwhile = await others;
  await world.quiet();
  const expense = await end();
  const { name, hostname, path } = PROBE;
  const createdMs = performance.now();
  await world.cluster.create(probeRoute(name, hostname, path));
  const { atMs } = await world.prober().until200({ hostname, path }, world.options.intervalMs);
  await world.cluster.removeAll('HTTPRoute', NAMESPACE, [name]);
  return { syncedSeconds: (syncedMs - begunMs) / 1000, firstChangeMs: atMs - createdMs, ...meanwhile, expense };
}

/** Sends requests to routes that are there all the time, one after the other. */
async function askOthers(
  world: World,
  requests: readonly ProbeRequest[],
  signal: AbortSignal,
): Promise<Pick<RestartResult['controller'], 'answers' | 'latencyMs'>> {
  const prober = world.prober();
  const sample = sampleOf(requests);
  const answers: Record<string, number> = {};
  const latencies: number[] = [];
  for (let turn = 0; !signal.aborted; turn++) {
    const begunMs = performance.now();
    tally(answers, await prober.send(sample[turn % sample.length] as ProbeRequest));
    latencies.push(performance.now() - begunMs);
    await sleep(world.options.intervalMs);
  }
  return { answers, latencyMs: distributionOf(latencies) };
}

/** Some of them, from all over. */
function sampleOf(requests: readonly ProbeRequest[]): readonly ProbeRequest[] {
  const step = Math.max(Math.floor(requests.length / SAMPLE), 1);
  return requests.filter((_, index) => index % step === 0);
}
