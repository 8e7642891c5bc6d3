import { setTimeout as sleep } from 'node:timers/promises';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { DriverSettings } from '../driver-settings.ts';
import type { Expense } from '../propagation-result.ts';
import { Cluster } from './cluster.ts';
import { beginExpense, readPushes } from './expenses.ts';
import { endpoints, gateway, GATEWAY, gatewayClass, MANY_ADDRESSES, NAMESPACE, service } from './objects.ts';
import { CONTROLLER_ACCOUNT, PORTS, Programs, type Program } from './programs.ts';
import { Prober, type ProbeRequest } from './prober.ts';

const PROXY = { host: '127.0.0.1', port: PORTS.proxy };
const POLL_MS = 10;
/** Statuses that have not been written for so long will not be. */
const QUIET_MS = 1500;
const START_TIMEOUT_MS = 60_000;

/** Everything that is measured, running: a controller and a proxy on a cluster, and a server behind every address. */
export class World {
  readonly settings: DriverSettings;
  readonly cluster: Cluster;
  readonly #programs: Programs;
  readonly #probers: Prober[] = [];
  #proxy: Program;
  #controller: Program;

  private constructor(parts: {
    readonly settings: DriverSettings;
    readonly cluster: Cluster;
    readonly programs: Programs;
    readonly proxy: Program;
    readonly controller: Program;
  }) {
    this.settings = parts.settings;
    this.cluster = parts.cluster;
    this.#programs = parts.programs;
    this.#proxy = parts.proxy;
    this.#controller = parts.controller;
  }

  /** Writes the basic objects and starts the programs. */
  static async create(settings: DriverSettings): Promise<World> {
    const cluster = await Cluster.connect();
    await promisify(execFile)('ip', ['route', 'add', 'local', MANY_ADDRESSES, 'dev', 'lo']);
    await createAccount(cluster);
    const programs = new Programs(settings);
    await programs.mountServiceAccount(await cluster.tokenOf(CONTROLLER_ACCOUNT), NAMESPACE);
    programs.startUpstream();
    await cluster.create(gatewayClass(), gateway(GATEWAY));
    await cluster.create(service(NAMESPACE, 'backend', [80, 8080]), endpoints(NAMESPACE, 'backend', settings.nodeAddress, 2));
    return new World({ settings, cluster, programs, proxy: programs.startProxy(), controller: programs.startController() });
  }

  get options(): DriverSettings['options'] {
    return this.settings.options;
  }

  /** A connection of its own to the proxy. */
  prober(): Prober {
    const made = new Prober(PROXY);
    this.#probers.push(made);
    return made;
  }

  /** Begins to count what controller, proxy and API server use. */
  async count(): Promise<() => Promise<Expense>> {
    const end = await beginExpense(this.cluster, this.#pids());
    return () => {
      this.#proxy.assertRunning();
      this.#controller.assertRunning();
      return end(this.#pids());
    };
  }

  #pids(): { readonly controller: number; readonly proxy: number } {
    return { controller: this.#controller.pid, proxy: this.#proxy.pid };
  }

  /** Resolves when no status has been written for a while. */
  async quiet(timeoutMs = 120_000): Promise<void> {
    const limitMs = performance.now() + timeoutMs;
    let last = '';
    let sinceMs = performance.now();
    while (performance.now() - sinceMs < QUIET_MS && performance.now() < limitMs) {
      await sleep(QUIET_MS / 3);
      const now = JSON.stringify(await this.cluster.statusWrites());
      if (now !== last) sinceMs = performance.now();
      last = now;
    }
  }

  /** Sends `HEAD` to all of them. @returns how many do not answer 200. */
  async unreachable(requests: readonly ProbeRequest[]): Promise<number> {
    const prober = this.prober();
    let count = 0;
    for (const one of requests) if ((await prober.send({ ...one, method: 'HEAD' })) !== 200) count++;
    return count;
  }

  async stopProxy(): Promise<void> {
    await this.#proxy.stop();
  }

  startProxy(): void {
    this.#proxy = this.#programs.startProxy();
  }

  async stopController(): Promise<void> {
    await this.#controller.stop();
  }

  startController(): void {
    this.#controller = this.#programs.startController();
  }

  /** Resolves when the proxy says that it is ready. @returns the time, as `performance.now()` tells it. */
  async proxyReady(): Promise<number> {
    const limitMs = performance.now() + START_TIMEOUT_MS;
    for (;;) {
      this.#proxy.assertRunning();
      const ready = await fetch(`http://127.0.0.1:${PORTS.status}/status/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (ready) return performance.now();
      if (performance.now() > limitMs) throw new Error(`the proxy is not ready within ${START_TIMEOUT_MS} ms`);
      await sleep(POLL_MS);
    }
  }

  /** Resolves when a controller that was started has pushed something, or found that it need not. @returns the time. */
  async controllerSynced(): Promise<number> {
    const limitMs = performance.now() + START_TIMEOUT_MS;
    for (;;) {
      this.#controller.assertRunning();
      const pushes = (await readPushes()) ?? {};
      if (['full', 'delta', 'none'].some((mode) => (pushes[mode] ?? 0) > 0)) return performance.now();
      if (performance.now() > limitMs) throw new Error(`the controller has pushed nothing within ${START_TIMEOUT_MS} ms`);
      await sleep(POLL_MS);
    }
  }

  async close(): Promise<void> {
    for (const prober of this.#probers) prober.close();
    await this.#programs.stopAll();
    await this.cluster.close();
  }
}

/** The controller may do everything: what it needs at least is a matter of the tests on clusters. */
async function createAccount(cluster: Cluster): Promise<void> {
  const api = 'rbac.authorization.k8s.io';
  await cluster.create(
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: NAMESPACE, name: CONTROLLER_ACCOUNT } },
    {
      apiVersion: `${api}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: CONTROLLER_ACCOUNT },
      roleRef: { apiGroup: api, kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name: CONTROLLER_ACCOUNT, namespace: NAMESPACE }],
    },
  );
}
