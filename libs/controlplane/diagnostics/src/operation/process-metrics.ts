import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Disposable } from '@gibbon/contracts/module';
import type { Metrics } from '@gibbon/contracts/services';

const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;

/**
 * Measures the process, under the names that dashboards of Prometheus clients expect. Read at each scrape.
 * @see https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics
 */
export function observeProcess(metrics: Metrics): Disposable {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const cpu = metrics.counter({ name: 'process_cpu_seconds_total', help: 'User and system CPU time spent in seconds.' }).with();
  let countedSeconds = 0;
  const gauges = Object.entries(GAUGES).map(([name, { help, read }]) =>
    metrics.observe({ name, help }, (report) => {
      const value = read();
      if (value !== null) report(value);
    }),
  );
  const lag = metrics.observe(
    { name: 'nodejs_eventloop_lag_p99_seconds', help: 'Delay of timers that 99 of 100 were below since the last scrape.' },
    (report) => {
      // Observers are read before counters are: this is the moment to bring one up to date.
      const seconds = cpuSeconds();
      cpu.add(seconds - countedSeconds);
      countedSeconds = seconds;
      report(delay.percentile(99) / NANOSECONDS);
      delay.reset();
    },
  );
  return {
    dispose: () => {
      delay.disable();
      for (const observed of [...gauges, lag]) void observed.dispose();
    },
  };
}

const GAUGES: Readonly<Record<string, { readonly help: string; readonly read: () => number | null }>> = {
  process_resident_memory_bytes: { help: 'Resident memory size in bytes.', read: () => process.memoryUsage.rss() },
  process_start_time_seconds: { help: 'Start time of the process since the epoch in seconds.', read: () => STARTED_SECONDS },
  process_open_fds: { help: 'Number of open file descriptors.', read: openFiles },
  nodejs_heap_size_total_bytes: { help: 'Size of the heap in bytes.', read: () => process.memoryUsage().heapTotal },
  nodejs_heap_size_used_bytes: { help: 'Bytes of the heap in use.', read: () => process.memoryUsage().heapUsed },
};

const STARTED_SECONDS = Math.floor(Date.now() / 1000 - process.uptime());

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / MICROSECONDS;
}

/** Known where there is a /proc. */
function openFiles(): number | null {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return null;
  }
}
