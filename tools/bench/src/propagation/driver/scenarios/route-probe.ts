import { distributionOf } from '../../../measure/distribution.ts';
import type { ProbeResult } from '../../propagation-result.ts';
import { NAMESPACE, probeRoute } from '../objects.ts';
import { tally, type Prober } from '../prober.ts';
import type { World } from '../world.ts';

/** Which probes. */
export interface ProbeOptions {
  readonly count: number;
  /** Routes that are there already, for the record. */
  readonly present: number;
  /** Tells the routes of several runs apart. */
  readonly series: string;
}

interface Sample {
  readonly writeMs: number;
  readonly fromWriteMs: number;
  readonly fromAnswerMs: number;
}

/** Creates routes one after the other, and asks each until it answers. They are removed at the end. */
export async function probeRoutes(world: World, { count, present, series }: ProbeOptions): Promise<ProbeResult> {
  const prober = world.prober();
  const names = Array.from({ length: count }, (_, index) => `${series}-${index}`);
  const end = await world.count();
  const samples: Sample[] = [];
  const errors: Record<string, number> = {};
  for (const name of names) samples.push(await probe(world, prober, { name, errors }));
  const expense = await end();
  await world.cluster.removeAll('HTTPRoute', NAMESPACE, names);
  await world.quiet();
  return {
    present,
    fromWriteMs: distributionOf(samples.map(({ fromWriteMs }) => fromWriteMs)),
    fromAnswerMs: distributionOf(samples.map(({ fromAnswerMs }) => fromAnswerMs)),
    writeMs: distributionOf(samples.map(({ writeMs }) => writeMs)),
    errors,
    expense,
  };
}

/** Asks before the API server has answered: a proxy may be faster than the answer. */
async function probe(world: World, prober: Prober, { name, errors }: { name: string; errors: Record<string, number> }): Promise<Sample> {
  const hostname = `${name}.example.com`;
  const path = `/${name}`;
  const begunMs = performance.now();
  const written = world.cluster.create(probeRoute(name, hostname, path)).then(() => performance.now());
  const [writtenMs, arrival] = await Promise.all([written, prober.until200({ hostname, path }, world.options.intervalMs)]);
  for (const [status, times] of Object.entries(arrival.errors)) tally(errors, status, times);
  return { writeMs: writtenMs - begunMs, fromWriteMs: arrival.atMs - begunMs, fromAnswerMs: arrival.atMs - writtenMs };
}
