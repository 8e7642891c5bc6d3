import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { installGatewayApi } from '@gibbon/cluster-install';
import { startTestbed, type Testbed } from '@gibbon/testbed';
import type { Benchmark, Print } from '../benchmark.ts';
import { describeMachine } from '../report/json.ts';
import type { DriverSettings } from './driver-settings.ts';
import { parsePropagationOptions, PROPAGATION_USAGE, type PropagationOptions } from './propagation-options.ts';
import type { Measurements, PropagationResult } from './propagation-result.ts';
import { propagationTable } from './propagation-table.ts';
import { writePrograms } from './programs-of-image.ts';

const DRIVER = join(import.meta.dirname, 'driver/main.ts');
/** Nothing runs in Pods here, and none of these should compete for the cores. */
const SUPERFLUOUS = ['kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy', 'containerd'] as const;

/** How fast a controller on a cluster brings routes to a proxy, and what that takes. */
export const propagationBenchmark: Benchmark = {
  name: 'propagation',
  summary: 'time from writing an HTTPRoute to the first 200 on a testbed, alone and among many; CPU, memory, pushes and status writes',
  usage: PROPAGATION_USAGE,
  run: async (args, print, signal) => {
    const options = parsePropagationOptions(args);
    const before = loadavg();
    const measured = await measure(options, print, signal);
    const result: PropagationResult = {
      benchmark: 'propagation',
      at: new Date().toISOString(),
      machine: describeMachine(),
      load: { before, after: loadavg() },
      options,
      ...measured,
    };
    print(`\n${propagationTable(result)}`);
    if (options.json !== null) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
    return 0;
  },
};

async function measure(options: PropagationOptions, print: Print, signal: AbortSignal): Promise<Measurements> {
  const folder = mkdtempSync(join(tmpdir(), 'gibbon-bench-'));
  const profile = options.profile === null ? null : resolve(options.profile);
  if (profile !== null) mkdirSync(profile, { recursive: true });
  try {
    const programs = await writePrograms(folder);
    print('starting a testbed');
    await using testbed = await startTestbed({ log: print, signal });
    await installGatewayApi(testbed);
    for (const component of SUPERFLUOUS) await testbed.stopComponent(component);
    const { api, network } = testbed;
    const settings = { options: { ...options, profile }, programs, folder, nodeAddress: network.nodeAddress };
    const all: DriverSettings = { ...settings, api: { server: api.insideServer, authority: api.authority } };
    return await drive(testbed, all, print, signal);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the program that measures inside of the testbed, where it reaches everything directly. */
async function drive(testbed: Testbed, settings: DriverSettings, print: Print, signal: AbortSignal): Promise<Measurements> {
  const output = join(settings.folder, 'measured.json');
  const command = [process.execPath, '--conditions=@gibbon/source', DRIVER, JSON.stringify(settings), output];
  const child = testbed.spawn(command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const abort = (): void => void child.kill();
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', print);
  const [code] = (await once(child, 'close')) as [number | null];
  signal.removeEventListener('abort', abort);
  if (code !== 0) throw new Error(`it could not be measured:\n${logsOf(settings.folder)}`);
  return JSON.parse(readFileSync(output, 'utf8')) as Measurements;
}

const SHOWN_CHARACTERS = 2000;

/** The ends of what controller and proxy have said. */
function logsOf(folder: string): string {
  const tail = (name: string): string => {
    try {
      return readFileSync(join(folder, `${name}.log`), 'utf8').slice(-SHOWN_CHARACTERS);
    } catch {
      return '';
    }
  };
  return ['controller', 'proxy', 'upstream'].map((name) => `--- ${name}\n${tail(name)}`).join('\n');
}
