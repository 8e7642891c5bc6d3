import { readFileSync } from 'node:fs';
import { defineService } from '@gibbon/contracts/module';
import {
  CLOCK,
  COUNTERS,
  HTTP_CLIENT,
  LOGGER,
  METRICS,
  RANDOM,
  UPSTREAM_HEALTH,
  type Logger,
  type UpstreamHealthReporter,
} from '@gibbon/contracts/services';
import { createCounters } from '@gibbon/dataplane-runtime';
import { createHttpClient } from '@gibbon/http-client';
import { BootError, Host, loadPackages } from '@gibbon/kernel';
import { createMetrics, type MetricsRegistry } from '@gibbon/metrics';
import { compileSchema } from '@gibbon/schema';
import { systemClock, systemRandom } from '@gibbon/time';
import modules from './modules.ts';
import type { ModulePackages } from './options.ts';

/** Name and version of this package, for `--list-modules` and the Admin API. */
export const PACKAGE = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly name: string;
  readonly version: string;
};

/** A host of the data plane's modules, booted. */
export interface ProxyHost {
  readonly host: Host;
  readonly metrics: MetricsRegistry;
  /** Says where plugins learn the health of upstreams, which are made of the host's own modules; until then there is none. */
  setHealthReporter(reporter: UpstreamHealthReporter): void;
}

/**
 * Makes and boots the host of one thread.
 * @param counters shared memory of the node's counters.
 * @throws BootError with everything that is wrong with the modules.
 */
export async function bootHost(log: Logger, packages: ModulePackages, counters: SharedArrayBuffer): Promise<ProxyHost> {
  const host = await hostOf(log, packages);
  const metrics = createMetrics();
  let health: UpstreamHealthReporter | null = null;
  host.bindValue(UPSTREAM_HEALTH, { reportAll: (report) => health?.reportAll(report) }, 'The health of upstreams as this thread sees it.');
  host.bindValue(CLOCK, systemClock, 'The system clock.');
  host.bindValue(RANDOM, systemRandom, 'The system randomness.');
  host.bindValue(METRICS, metrics, 'What this thread measures.');
  host.bind(
    defineService({
      token: LOGGER,
      per: 'module',
      summary: 'The log.',
      create: ({ owner }) => (owner === null ? log : log.child({ module: owner })),
    }),
  );
  host.bind(
    defineService({
      token: COUNTERS,
      summary: 'Counters in memory that all threads share.',
      create: () => createCounters({ buffer: counters, clock: systemClock }),
    }),
  );
  host.bind(
    defineService({
      token: HTTP_CLIENT,
      summary: 'HTTP client off the hot path.',
      create: ({ scope }) => scope.own(createHttpClient(systemClock)),
    }),
  );
  host.boot();
  return {
    host,
    metrics,
    setHealthReporter: (reporter) => {
      health = reporter;
    },
  };
}

/** The host with its modules, not booted: for `--list-modules`. @throws BootError when a package cannot be loaded. */
export async function hostOf(log: Logger, packages: ModulePackages): Promise<Host> {
  const host = new Host({ log, compileSchema });
  host.use(modules, { packageName: PACKAGE.name, packageVersion: PACKAGE.version });
  const loaded = await loadPackages(packages.names, packages.folder);
  if (loaded.problems.length > 0) throw new BootError(loaded.problems);
  // A package may bring modules of both planes: each plane takes what its host runs.
  for (const { definitions, origin } of loaded.packages) host.use(definitions.filter(isForDataPlane), origin);
  return host;
}

const DATA_PLANE_KINDS = new Set(['plugin', 'balancer', 'health']);

function isForDataPlane(definition: unknown): boolean {
  const { $$type, kind } = (definition ?? {}) as { readonly $$type?: unknown; readonly kind?: unknown };
  return $$type !== 'gibbon/Module' || DATA_PLANE_KINDS.has(String(kind));
}
