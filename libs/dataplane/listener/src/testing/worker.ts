import { parentPort, workerData } from 'node:worker_threads';
import { GatewayError } from '@gibbon/contracts/errors';
import { serveThread } from '../worker-server.ts';
import type { DataPlaneThread, ThreadConfiguration } from '../thread.ts';

/** A data plane thread for the pool's tests: keeps revisions, opens nothing, crashes when told to. */
class ScriptedThread implements DataPlaneThread {
  #revision = 0;
  /** Sockets that would be open, each with the revision that served when it was opened. */
  readonly #ports = new Map<number, number>();

  async configure(configuration: ThreadConfiguration) {
    const behaviour = configuration.delta as { readonly crash?: boolean; readonly fault?: string; readonly problem?: boolean } | null;
    if (behaviour?.crash === true) setImmediate(() => process.exit(3));
    if (behaviour?.fault !== undefined) setImmediate(fault, behaviour.fault);
    if (configuration.delta !== null && configuration.revision !== this.#revision + 1) {
      throw new GatewayError('GW_CONFIGURATION_BASE', 'another base', { source: 'internal' });
    }
    this.#revision = configuration.revision;
    return behaviour?.problem === true ? [{ type: 'routes' as const, id: 'r', field: 'paths.1', message: 'bad' }] : [];
  }

  async listen(listeners: readonly { readonly host: string; readonly port: number; readonly ssl: boolean }[]) {
    if (listeners.some(({ port }) => port === 1))
      throw new GatewayError('GW_LISTEN_DENIED', 'no permission for port 1', { source: 'config' });
    const addresses = listeners.map(({ host, port, ssl }) => ({ host, port: port === 0 ? 40000 : port, ssl }));
    for (const { port } of addresses) if (!this.#ports.has(port)) this.#ports.set(port, this.#revision);
    return addresses;
  }

  async unlisten(addresses: readonly { readonly port: number }[]) {
    for (const { port } of addresses) this.#ports.delete(port);
  }

  metrics() {
    const base = { help: '', type: 'counter' as const, labels: [], buckets: [], merge: 'sum' as const, labelValues: [] };
    const metric = (name: string, value: number) => ({ ...base, name, values: new Float64Array([value]) });
    return {
      metrics: [metric('revision', this.#revision), ...[...this.#ports].map(([port, revision]) => metric(`port_${port}`, revision))],
    };
  }

  stats() {
    return {
      requests: this.#revision,
      activeRequests: 0,
      connections: 1,
      acceptedConnections: 1,
      upstreamConnections: 0,
      idleUpstreamConnections: 0,
    };
  }

  async drain() {}
  async close() {}
}

/** As a timer callback of a plugin does that has a mistake. */
function fault(message: string): never {
  throw new Error(message);
}

const { refuse } = workerData as { readonly refuse: boolean };
await serveThread(parentPort!, async () => {
  if (refuse) throw new GatewayError('GW_BOOT', 'cannot boot', { source: 'config' });
  return new ScriptedThread();
});
