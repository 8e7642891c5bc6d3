import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeResult, ScaleResult } from '../../propagation-result.ts';
import { manyHttpRoute, manyManifests, manyNamespaces, manyRoute, namespaceObject, type ManyRoute } from '../objects.ts';
import type { ProbeRequest } from '../prober.ts';
import type { World } from '../world.ts';
import { probeRoutes } from './route-probe.ts';

/** As the published test changes them. */
const ROUTE_CHANGE_MS = 1000;
const ENDPOINT_CHANGE_MS = 2000;
/** Probes while routes change, as in the published test. */
const PROBES_MEANWHILE = 100;
const BURST_CHANGES = 300;
/** One in so many routes tells whether all are there. */
const SAMPLED = 50;
/** Tells neighbours apart: changes go through all routes in an order that jumps. */
const STRIDE = 2003;

/** The many routes as they are now. */
export class ManyRoutes {
  readonly #routes: ManyRoute[];
  #turn = 0;
  #variant = 0;

  constructor(count: number) {
    this.#routes = Array.from({ length: count }, (_, index) => manyRoute(index));
  }

  get all(): readonly ManyRoute[] {
    return this.#routes;
  }

  /** What each of them answers. */
  requests(): readonly ProbeRequest[] {
    return this.#routes.map(({ host, path }) => ({ hostname: host, path }));
  }

  /** Gives one route another path. */
  async changeRoute(world: World): Promise<ManyRoute> {
    const index = this.#next();
    const changed = { ...(this.#routes[index] as ManyRoute), path: manyRoute(index, ++this.#variant).path };
    this.#routes[index] = changed;
    const { spec } = manyHttpRoute(changed);
    await world.cluster.patch('HTTPRoute', changed.namespace, changed.name, { spec });
    return changed;
  }

  /** Gives one Service another endpoint. */
  async changeEndpoint(world: World): Promise<void> {
    const index = this.#next();
    const { namespace, name } = this.#routes[index] as ManyRoute;
    const { address } = manyRoute(index, 1 + (this.#variant++ % 15));
    const endpoints = [{ addresses: [address], conditions: { ready: true } }];
    await world.cluster.patch('EndpointSlice', namespace, name, { endpoints });
  }

  #next(): number {
    this.#turn = (this.#turn + STRIDE) % this.#routes.length;
    return this.#turn;
  }
}

/** Builds up many routes with backends of their own, and keeps changing them. They stay. */
export async function scaleRoutes(world: World, many: ManyRoutes, say: (line: string) => void): Promise<ScaleResult> {
  const { cluster, options } = world;
  const routes = options.routes;
  const endBuildUp = await world.count();
  const begunMs = performance.now();
  for (const name of manyNamespaces(routes)) await cluster.create(namespaceObject(name));
  await cluster.createAll(many.all.map(manyManifests));
  const writtenMs = performance.now();
  say(`${routes} routes written in ${((writtenMs - begunMs) / 1000).toFixed(1)} s`);
  const prober = world.prober();
  // Some of them, the last included: a connection to each of thousands of upstreams would count as memory for their configuration.
  for (const [index, request] of many.requests().entries())
    if (index % SAMPLED === 0 || index === routes - 1) await prober.until200(request, options.intervalMs);
  const settledMs = performance.now();
  await world.quiet();
  const buildUp = await endBuildUp();
  const unreachable = await world.unreachable(many.requests());
  say('built up, changing at the pace of the published test');
  const steady = await keepChanging(world, many, options.seconds * 1000);
  say('as fast as possible');
  const burst = await changeFast(world, many);
  say('probing while routes change');
  const probesMeanwhile = await probeMeanwhile(world, many);
  return {
    routes,
    writeSeconds: (writtenMs - begunMs) / 1000,
    settleSeconds: (settledMs - writtenMs) / 1000,
    unreachable,
    buildUp,
    steady,
    burst,
    probesMeanwhile,
    unreachableAtEnd: await world.unreachable(many.requests()),
  };
}

async function keepChanging(world: World, many: ManyRoutes, durationMs: number): Promise<ScaleResult['steady']> {
  const end = await world.count();
  const changes = await changeUntil(world, many, AbortSignal.timeout(durationMs));
  return { ...(await end()), ...changes };
}

/** Changes at the published pace until the signal is aborted. */
async function changeUntil(
  world: World,
  many: ManyRoutes,
  signal: AbortSignal,
): Promise<{ readonly routeChanges: number; readonly endpointChanges: number }> {
  const repeat = async (everyMs: number, change: () => Promise<unknown>): Promise<number> => {
    for (let count = 0; ; count++) {
      await sleep(everyMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return count;
      await change();
    }
  };
  const [routeChanges, endpointChanges] = await Promise.all([
    repeat(ROUTE_CHANGE_MS, () => many.changeRoute(world)),
    repeat(ENDPOINT_CHANGE_MS, () => many.changeEndpoint(world)),
  ]);
  return { routeChanges, endpointChanges };
}

async function changeFast(world: World, many: ManyRoutes): Promise<ScaleResult['burst']> {
  const end = await world.count();
  let last: ManyRoute | null = null;
  for (let change = 0; change < BURST_CHANGES; change++) last = await many.changeRoute(world);
  if (last !== null) await world.prober().until200({ hostname: last.host, path: last.path }, world.options.intervalMs);
  await world.quiet();
  return { ...(await end()), routeChanges: BURST_CHANGES };
}

async function probeMeanwhile(world: World, many: ManyRoutes): Promise<ProbeResult> {
  const stop = new AbortController();
  const changing = changeUntil(world, many, stop.signal);
  try {
    return await probeRoutes(world, {
      count: Math.min(PROBES_MEANWHILE, world.options.probes),
      present: world.options.routes,
      series: 'meanwhile',
    });
  } finally {
    stop.abort();
    await changing;
  }
}
