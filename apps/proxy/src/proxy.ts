import { Worker } from 'node:worker_threads';
import type { Logger } from '@gibbon/contracts/services';
import { DataPlane, MainThread, Sockets, WorkerPool, type ThreadGroup, type ThreadListener } from '@gibbon/dataplane-listener';
import type { ListenDirective } from '@gibbon/net';
import { systemClock } from '@gibbon/time';
import { apiTls } from './api-tls.ts';
import { ConfigurationCache, type KnownConfiguration } from './configuration-cache.ts';
import { bootHost } from './host.ts';
import { NodeAdmin } from './node-admin.ts';
import type { ProxyOptions } from './options.ts';
import { assertListenable, assertSocketFree } from './ports.ts';
import { NodeProxy, type RunningProxy } from './running-proxy.ts';
import { createSharedState, type SharedState } from './shared-state.ts';
import { createServingThread } from './thread.ts';
import { NodeUpstreams } from './upstreams.ts';
import type { WorkerStart } from './worker.ts';

/**
 * Starts a proxy: threads, Admin API and Status API, with the configuration of the last run where that was kept. It does not
 * listen for traffic before a configuration serves, so that no client is told 404 while the first is on its way.
 * Rejects with a GatewayError that names what cannot be had; nothing is left open then.
 */
export async function startProxy(options: ProxyOptions, log: Logger): Promise<RunningProxy> {
  await assertListenable([...options.proxyListen, ...options.adminListen, ...options.statusListen]);
  const shared = createSharedState(options);
  const tls = apiTls(options.adminTls, shared.identity, log);
  const { host } = await bootHost(log, options.modules, shared.counters);
  const health = new NodeUpstreams(host, shared);
  let dataPlane: DataPlane | null = null;
  const threads = createThreads(shared, log, () => dataPlane?.current() ?? null);
  const fixed = options.proxyListen.map((directive) => listenerOf(directive));
  const own = { 'Admin API': options.adminListen, 'Status API': options.statusListen };
  const sockets = new Sockets({ threads, fixed, log, assertFree: (address) => assertSocketFree(address, own) });
  dataPlane = new DataPlane({ threads, sockets, health, log });
  const cache = cacheOf(options.configCache, dataPlane, log);
  const admin = new NodeAdmin({
    modules: host.modules,
    dataPlane,
    threads,
    sockets,
    health,
    adminListen: options.adminListen,
    statusListen: options.statusListen,
    onChanged: () => cache?.changed(),
  });
  const running = new NodeProxy({ options, log, tls, threads, sockets, dataPlane, cache, admin, host });
  try {
    await running.start();
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}

function cacheOf(file: string | null, dataPlane: DataPlane, log: Logger): ConfigurationCache | null {
  if (file === null) return null;
  const current = (): KnownConfiguration | null =>
    dataPlane.hash === null ? null : { hash: dataPlane.hash, configuration: dataPlane.configuration() };
  return new ConfigurationCache({ file, clock: systemClock, log, current });
}

function listenerOf({ host, port, ssl }: ListenDirective): ThreadListener {
  return { host, port, ssl, reusePort: true };
}

function createThreads(shared: SharedState, log: Logger, current: () => ReturnType<DataPlane['current']>): ThreadGroup {
  const { workers } = shared.options;
  if (workers === 0) return new MainThread(() => createServingThread(shared, 0, log));
  const spawn = (index: number): Worker => {
    const workerData: WorkerStart = { shared, index };
    return new Worker(new URL('./worker.ts', import.meta.url), { workerData, name: `gibbon-${index}` });
  };
  return new WorkerPool({ size: workers, spawn, log, clock: systemClock, current });
}
