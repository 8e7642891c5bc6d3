import { writeFileSync } from 'node:fs';
import type { DriverSettings } from '../driver-settings.ts';
import type { ScenarioName } from '../propagation-options.ts';
import type { ChangeResult, Measurements } from '../propagation-result.ts';
import { attachRoutes } from './scenarios/attached-routes.ts';
import { restartBoth } from './scenarios/restart.ts';
import { changeRoute } from './scenarios/route-change.ts';
import { probeRoutes } from './scenarios/route-probe.ts';
import { ManyRoutes, scaleRoutes } from './scenarios/route-scale.ts';
import { World } from './world.ts';

/** As the published test does it, and many in a row. */
const SLOW_CHANGES = { changes: 20, intervalMs: 200 };
const FAST_INTERVAL_MS = 50;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Measures inside of a testbed. What it says goes to standard output, what was measured to a file. */
async function measure(world: World): Promise<Measurements> {
  const { options } = world;
  const chosen = (name: ScenarioName): boolean => options.only.includes(name);
  const step = async <T>(title: string, work: () => Promise<T>): Promise<T> => {
    say(title);
    return work();
  };
  const probes = (series: string, present: number) => probeRoutes(world, { series, present, count: options.probes });
  await step('warming up', () => probeRoutes(world, { series: 'first', present: 0, count: 20 }));
  const probeAlone = chosen('probe') ? await step(`${options.probes} probes, alone`, () => probes('alone', 0)) : null;
  const change = chosen('change') ? await step('changing a route under load', () => changeTwice(world)) : [];
  const attached = chosen('attached') ? await step(`attaching ${options.attached} routes`, () => attachRoutes(world)) : null;
  if (!chosen('scale') && !chosen('restart')) return { probeAlone, change, attached, scale: null, probeAmongMany: null, restart: null };
  const many = new ManyRoutes(options.routes);
  const scale = await step(`writing ${options.routes} routes`, () => scaleRoutes(world, many, say));
  const probeAmongMany = chosen('probe')
    ? await step(`${options.probes} probes among ${options.routes} routes`, () => probes('among', options.routes))
    : null;
  const restart = chosen('restart') ? await step('restarting', () => restartBoth(world, many)) : null;
  return { probeAlone, change, attached, scale, probeAmongMany, restart };
}

async function changeTwice(world: World): Promise<readonly ChangeResult[]> {
  const slow = await changeRoute(world, SLOW_CHANGES.changes, SLOW_CHANGES.intervalMs);
  return [slow, await changeRoute(world, world.options.changes, FAST_INTERVAL_MS)];
}

const [settingsText = '', output = ''] = process.argv.slice(2);
const world = await World.create(JSON.parse(settingsText) as DriverSettings);
try {
  writeFileSync(output, JSON.stringify(await measure(world)));
} finally {
  await world.close();
}
