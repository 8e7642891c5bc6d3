import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { COMPONENT_NAMES, type Component, type ComponentName } from '../configuration/components.ts';
import { dnsManifests, type Manifest } from '../configuration/dns.ts';
import type { Layout } from '../configuration/layout.ts';
import { NETWORK, NODE_NAME } from '../configuration/network.ts';
import { mustRun } from '../run-command.ts';
import type { ApiClient } from './api-client.ts';
import { ComponentProcess, type ComponentState } from './component-process.ts';

/** What a cluster is started with. */
export interface ClusterOptions {
  readonly layout: Layout;
  readonly components: Readonly<Record<ComponentName, Component>>;
  /** Tars of images to import before the node is ready. */
  readonly images: readonly string[];
  readonly api: ApiClient;
  /** Ends all waiting. */
  readonly signal: AbortSignal;
  /** Told each step that is done. */
  readonly log: (step: string) => void;
}

const POLL_MS = 25;
const CONTAINERD_TIMEOUT_MS = 60_000;
const IMPORT_TIMEOUT_MS = 300_000;

/** Where objects of a kind are created. */
const COLLECTIONS: Readonly<Record<string, string>> = {
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  ConfigMap: 'configmaps',
  Deployment: 'deployments',
  Service: 'services',
  ServiceAccount: 'serviceaccounts',
};

/** The programs of a single-node cluster, and the order in which they come up. */
export class Cluster {
  readonly #options: ClusterOptions;
  readonly #processes: Readonly<Record<ComponentName, ComponentProcess>>;

  constructor(options: ClusterOptions, onFailure: (name: string) => void) {
    this.#options = options;
    const { layout, components } = options;
    this.#processes = Object.fromEntries(
      COMPONENT_NAMES.map((name) => [name, new ComponentProcess(components[name], join(layout.logs, `${name}.log`), onFailure)]),
    ) as Record<ComponentName, ComponentProcess>;
  }

  component(name: ComponentName): ComponentProcess {
    return this.#processes[name];
  }

  states(): readonly ComponentState[] {
    return COMPONENT_NAMES.map((name) => this.#processes[name].state);
  }

  /** Starts everything; done when pods can be scheduled, with service accounts and DNS. Ended by the signal of the options. */
  async start(): Promise<void> {
    for (const name of ['etcd', 'containerd', 'kube-apiserver'] as const) this.#processes[name].start();
    await Promise.all([this.#importImages(), this.#startClients()]);
    const { api, log } = this.#options;
    await this.#until(async () => isSchedulable((await api.call('GET', `/api/v1/nodes/${NODE_NAME}`)).body));
    log('node ready');
    await this.#until(async () => (await api.call('GET', '/api/v1/namespaces/default/serviceaccounts/default')).status === 200);
    await this.#until(async () => isAvailable((await api.call('GET', '/apis/apps/v1/namespaces/kube-system/deployments/coredns')).body));
    log('DNS ready');
  }

  /** Imports a tar of images that every process can read. @returns the names of the images. */
  async importImage(path: string): Promise<readonly string[]> {
    const ctr = ['--address', this.#options.layout.containerdSocket, '--namespace', 'k8s.io', 'images', 'import', path];
    const said = await mustRun('ctr', ctr, { timeoutMs: IMPORT_TIMEOUT_MS, signal: this.#options.signal });
    return [...said.matchAll(/^unpacking (\S+)/gm)].map((match) => match[1] as string);
  }

  async #importImages(): Promise<void> {
    const { layout, images, log } = this.#options;
    const limit = performance.now() + CONTAINERD_TIMEOUT_MS;
    await this.#until(async () => existsSync(layout.containerdSocket) || performance.now() > limit);
    log('containerd ready');
    for (const image of images) await this.importImage(image);
    log(`${images.length} images imported`);
  }

  async #startClients(): Promise<void> {
    const { api, log } = this.#options;
    await this.#until(async () => (await api.call('GET', '/readyz')).status === 200);
    log('API server ready');
    for (const name of ['kubelet', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'] as const) this.#processes[name].start();
    for (const manifest of dnsManifests()) await this.#create(manifest);
  }

  async #create(manifest: Manifest): Promise<void> {
    const { apiVersion, kind, metadata } = manifest;
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const namespace = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
    const path = `${root}${namespace}/${COLLECTIONS[kind]}`;
    // The API server makes the namespace kube-system a moment after it is ready.
    await this.#until(async () => {
      const { status } = await this.#options.api.call('POST', path, manifest);
      return status === 201 || status === 409;
    });
  }

  /** Asks again until the answer is yes; failures to ask are a no. */
  async #until(condition: () => Promise<boolean>): Promise<void> {
    const { signal } = this.#options;
    while (!(await condition().catch(() => false))) {
      signal.throwIfAborted();
      await sleep(POLL_MS, undefined, { signal });
    }
  }
}

interface NodeObject {
  readonly spec?: { readonly taints?: readonly unknown[] };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Whether a node is Ready and without the taints that say otherwise. */
export function isSchedulable(node: unknown): boolean {
  const { spec, status } = node as NodeObject;
  const ready = status?.conditions?.some(({ type, status: state }) => type === 'Ready' && state === 'True') === true;
  return ready && (spec?.taints ?? []).length === 0;
}

/** Whether a Deployment has what it wants. */
function isAvailable(deployment: unknown): boolean {
  return ((deployment as { status?: { availableReplicas?: number } }).status?.availableReplicas ?? 0) > 0;
}

/** The address of the API server inside. */
export const API_ADDRESS = { host: NETWORK.nodeAddress, port: NETWORK.apiPort } as const;
