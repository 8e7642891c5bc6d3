import { UsageError, type Benchmark, type Print } from './benchmark.ts';
import { ProxyBench } from './measure/proxy-bench.ts';
import { summarise } from './measure/sample.ts';
import { parseOptions, type BenchOptions } from './options.ts';
import { busiestThread } from './profile/cpu-profile.ts';
import { profileReport } from './profile/groups.ts';
import { describeMachine, writeResult } from './report/json.ts';
import { proxyTable } from './report/table.ts';
import { envoy } from './subjects/envoy.ts';
import { gibbonCommand, gibbonProxy } from './subjects/gibbon.ts';
import { haproxy } from './subjects/haproxy.ts';
import { nginxProxy, nginxUpstream } from './subjects/nginx.ts';
import { rawProxy } from './subjects/raw-proxy.ts';
import type { Subject } from './subjects/subject.ts';
import { WORKSPACE } from './subjects/workspace.ts';

const TOP_FUNCTIONS = 25;
const USAGE = '[--rounds N] [--seconds N] [--connections N] [--only NAME,...] [--json FILE] [--profile]';

/** CPU time per proxied request, side by side with other proxies. */
export const proxyBenchmark: Benchmark = {
  name: 'proxy',
  summary: 'CPU time per proxied request as a ratio to nginx, beside HAProxy and Envoy; --profile says where ours goes',
  usage: USAGE,
  run: (args, print, signal) =>
    compare('proxy', [nginxProxy, gibbonProxy('direct'), gibbonProxy('net'), haproxy, envoy], { options: read(args), print, signal }),
};

/** What the transports alone cost. */
export const transportBenchmark: Benchmark = {
  name: 'transport',
  summary: 'CPU time per message of the bare transports (a relay that looks at nothing), as a ratio to nginx',
  usage: USAGE,
  run: (args, print, signal) =>
    compare('transport', [nginxProxy, rawProxy('direct'), rawProxy('net')], { options: read(args), print, signal }),
};

interface Run {
  readonly options: BenchOptions;
  readonly print: Print;
  readonly signal: AbortSignal;
}

function read(args: readonly string[]): BenchOptions {
  const options = parseOptions(args);
  if ('problem' in options) throw new UsageError(options.problem);
  return options;
}

async function compare(benchmark: string, all: readonly Subject[], { options, print, signal }: Run): Promise<number> {
  const reference = nginxProxy.name;
  const chosen =
    options.only.length === 0 ? all : all.filter(({ name }) => name === reference || options.only.some((one) => name.includes(one)));
  const bench = new ProxyBench();
  const stop = (): void => void bench.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await bench.startUpstream(nginxUpstream);
    const started = await bench.start(chosen);
    for (const line of bench.missing) print(line);
    const samples = await bench.measure(started, options, print);
    const summaries = summarise(samples, reference);
    print(`\n${proxyTable(summaries, reference)}`);
    if (options.profile) await profile(bench, options, print);
    const { rounds, seconds, connections } = options;
    if (options.json !== null) {
      const result = {
        benchmark,
        at: new Date().toISOString(),
        machine: describeMachine(),
        settings: { rounds, seconds, connections },
        reference,
      };
      writeResult(options.json, { ...result, missing: bench.missing, summaries, samples: Object.fromEntries(samples) });
    }
    // A comparison in which we do not take part is none.
    return started.some(({ subject }) => subject.ours) ? 0 : 1;
  } finally {
    signal.removeEventListener('abort', stop);
    await bench.close();
  }
}

async function profile(bench: ProxyBench, options: BenchOptions, print: Print): Promise<void> {
  const folder = bench.folderFor('profiles');
  const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=200'];
  await bench.runOnce('profiled', (context) => gibbonCommand(context, 'direct', flags), options);
  const times = busiestThread(folder, { root: WORKSPACE, lastUs: options.seconds * 1_000_000 });
  print(
    `\nwhere the time of gibbon (direct) goes, its busiest thread (reads and polling are outside of JavaScript and not in it):\n\n${profileReport(times, TOP_FUNCTIONS)}`,
  );
}
