import { readFileSync } from 'node:fs';
import { CONFIGURATION_SINK } from '@gibbon/contracts/dataplane';
import { defineService } from '@gibbon/contracts/module';
import { PROXY_TARGETS } from '@gibbon/contracts/publisher';
import { RESOURCE_KINDS, type ResourceKind } from '@gibbon/contracts/resource';
import { CLOCK, HTTP_CLIENT, LOGGER, METRICS, RANDOM, type Logger } from '@gibbon/contracts/services';
import { CONTROLLER_SETTINGS, TARGET_PROFILE } from '@gibbon/contracts/translator';
import { createHttpClient } from '@gibbon/http-client';
import { BootError, Host, loadPackages } from '@gibbon/kernel';
import { createMetrics, type MetricsRegistry } from '@gibbon/metrics';
import { compileSchema } from '@gibbon/schema';
import { systemClock, systemRandom } from '@gibbon/time';
import { bindCluster } from './cluster.ts';
import type { ClusterProxies } from './cluster-proxies.ts';
import modules, { dataPlaneModules } from './modules.ts';
import type { ControllerOptions } from './options.ts';

/** Name and version of this package, for `--list-modules`. */
const PACKAGE = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly name: string;
  readonly version: string;
};

/** The host of a controller, booted, with one instance of every source, resource, translator and chosen publisher. */
export interface ControllerHost {
  readonly host: Host;
  readonly metrics: MetricsRegistry;
  /** Proxies that are found or made on the cluster; `null` where there are none. */
  readonly proxies: ClusterProxies | null;
}

/** Makes and boots the host. @throws BootError with everything that is wrong. */
export async function bootHost(options: ControllerOptions, log: Logger): Promise<ControllerHost> {
  const host = await hostOf(log, options.modules);
  const metrics = createMetrics();
  host.bindValue(CLOCK, systemClock, 'The system clock.');
  host.bindValue(RANDOM, systemRandom, 'The system randomness.');
  host.bindValue(METRICS, metrics, 'What the controller measures.');
  host.bind(
    defineService({
      token: LOGGER,
      per: 'module',
      summary: 'The log.',
      create: ({ owner }) => (owner === null ? log : log.child({ module: owner })),
    }),
  );
  host.bind(
    defineService({ token: HTTP_CLIENT, summary: 'HTTP client.', create: ({ scope }) => scope.own(createHttpClient(systemClock)) }),
  );
  host.bindValue(TARGET_PROFILE, options.profile, 'What the configuration is for.');
  host.bindValue(CONTROLLER_SETTINGS, options.settings, 'Settings of the controller.');
  if (options.proxyTargets !== undefined) host.bindValue(PROXY_TARGETS, options.proxyTargets, 'Proxies that were discovered.');
  if (options.sink !== undefined) host.bindValue(CONFIGURATION_SINK, options.sink, 'The data plane of this process.');
  // Per module, so that it is made when the source asks: the resource modules exist by then.
  host.bind(defineService({ token: RESOURCE_KINDS, per: 'module', summary: 'All resource kinds.', create: () => resourceKindsOf(host) }));
  const proxies = options.cluster === null ? null : await bindCluster(host, options.cluster, options.settings, log);
  selectModules(host, options);
  host.boot();
  return { host, metrics, proxies };
}

/** The host with its modules, not booted: for `--list-modules`. @throws BootError when a package cannot be loaded. */
export async function hostOf(log: Logger, packages: ControllerOptions['modules']): Promise<Host> {
  const host = new Host({ log, compileSchema });
  host.use(modules, { packageName: PACKAGE.name, packageVersion: PACKAGE.version });
  // What the data planes have: translators check the configuration of plugins and the names of algorithms against it.
  host.know(dataPlaneModules, { packageName: PACKAGE.name, packageVersion: PACKAGE.version });
  const loaded = await loadPackages(packages.names, packages.folder);
  if (loaded.problems.length > 0) throw new BootError(loaded.problems);
  // A package may bring modules of both planes: each plane takes what its host runs.
  for (const { definitions, origin } of loaded.packages) {
    host.use(definitions.filter(isForControlPlane), origin);
    host.know(
      definitions.filter((definition) => !isForControlPlane(definition)),
      origin,
    );
  }
  return host;
}

/** Every resource set and translator of the build runs; of sources and publishers, those that the options name. */
function selectModules(host: Host, options: ControllerOptions): void {
  for (const { definition } of host.list()) {
    if (definition.kind !== 'resource' && definition.kind !== 'translator') continue;
    host.select({ kind: definition.kind, name: definition.id.slice(definition.kind.length + 1), config: {} });
  }
  for (const selection of [...options.sources, ...options.publishers]) host.select(selection);
}

const CONTROL_PLANE_KINDS = new Set(['source', 'resource', 'translator', 'publisher']);

function isForControlPlane(definition: unknown): boolean {
  const { $$type, kind } = (definition ?? {}) as { readonly $$type?: unknown; readonly kind?: unknown };
  return $$type !== 'gibbon/Module' || CONTROL_PLANE_KINDS.has(String(kind));
}

/** The kinds of all resource modules of a booted host, by `kind`. */
export function resourceKindsOf(host: Host): ReadonlyMap<string, ResourceKind> {
  return new Map(host.instances('resource').flatMap(({ kinds }) => kinds.map((kind) => [kind.kind, kind])));
}
