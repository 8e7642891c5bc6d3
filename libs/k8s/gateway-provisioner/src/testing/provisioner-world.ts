import type { KubeObject } from '@gibbon/contracts/resource';
import type { Leadership } from '@gibbon/contracts/status';
import type { ControllerSettings } from '@gibbon/contracts/translator';
import { KubeClient, plainAccess, type ApiAccess } from '@gibbon/k8s-client';
import { refOf } from '@gibbon/k8s-types';
import { TestServices } from '@gibbon/testing-contract-kits';
import { KubeApi } from '@gibbon/testing-kube-api';
import { GatewayProvisioner, type ProvisionerOptions, type ProxyAuthority } from '../gateway-provisioner.ts';

const SETTINGS: ControllerSettings = {
  ingressClass: 'kong',
  ingressClassController: 'ingress-controllers.konghq.com/kong',
  clusterDomain: '',
  drainSupport: false,
  managedGateways: true,
};

const KINDS = [
  { kind: 'GatewayClass', plural: 'gatewayclasses', namespaced: false },
  { kind: 'Gateway', plural: 'gateways', namespaced: true },
].map((kind) => ({ ...kind, group: 'gateway.networking.k8s.io', versions: ['v1'], status: true }));

/** Leadership that a test gives and takes. */
class HandLeadership implements Leadership {
  leading = true;
  readonly #listeners = new Set<(leading: boolean) => void>();

  onChange(listener: (leading: boolean) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  set(leading: boolean): void {
    this.leading = leading;
    for (const listener of this.#listeners) listener(leading);
  }
}

/** An authority whose certificates are numbered. */
export class CountingAuthority implements ProxyAuthority {
  readonly client = { ca: 'authority' };
  issued = 0;
  /** UIDs of the Gateways that they were for. */
  readonly planes: string[] = [];

  async issueProxy(plane: string): Promise<{ readonly ca: string; readonly cert: string; readonly key: string }> {
    this.issued++;
    this.planes.push(plane);
    return { ca: this.client.ca, cert: `certificate ${this.issued}`, key: `key ${this.issued}` };
  }
}

/** A provisioner on a server in memory. */
export class ProvisionerWorld {
  readonly api: KubeApi;
  readonly services = new TestServices();
  readonly leadership = new HandLeadership();
  readonly authority = new CountingAuthority();
  readonly provisioner: GatewayProvisioner;
  /** Problems that exist, by Gateway. */
  readonly problems = new Map<string, string>();
  readonly #access: ApiAccess;

  private constructor(api: KubeApi, options: Partial<ProvisionerOptions>) {
    const { clock, random, logger } = this.services;
    this.api = api;
    this.#access = plainAccess(api.url);
    this.provisioner = new GatewayProvisioner({
      client: new KubeClient({ access: this.#access, clock }),
      clock,
      random,
      logger,
      leadership: this.leadership,
      settings: SETTINGS,
      proxies: { image: 'proxy:1', imagePullPolicy: null, imagePullSecrets: [], replicas: null, workers: 0, logLevel: 'info' },
      namespaces: [],
      report: ({ namespace, name }, problem) => {
        if (problem === null) this.problems.delete(`${namespace}/${name}`);
        else this.problems.set(`${namespace}/${name}`, problem);
      },
      ...options,
    });
  }

  static async open(options: Partial<ProvisionerOptions> = {}): Promise<ProvisionerWorld> {
    return new ProvisionerWorld(await KubeApi.start({ kinds: KINDS }), options);
  }

  /** Begins with these objects, which a source has delivered. */
  start(...objects: readonly KubeObject[]): void {
    this.put(...objects);
    this.provisioner.start(this.authority);
    this.provisioner.synced();
  }

  /** Puts objects on the server, whose source delivers them. */
  put(...objects: readonly KubeObject[]): void {
    this.provisioner.apply(objects.map((object) => ({ type: 'upsert', object: this.api.put(object as never) as KubeObject })));
  }

  remove(object: KubeObject): void {
    const { kind, namespace, name } = refOf(object);
    this.api.remove(kind, namespace, name);
    this.provisioner.apply([{ type: 'delete', ref: refOf(object) }]);
  }

  /** The UID of a Gateway that is on the server. */
  uidOf(object: KubeObject): string {
    const { kind, namespace, name } = refOf(object);
    return this.api.get(kind, namespace, name)?.metadata.uid ?? '';
  }

  /** What there is, as `Kind name`, in order. */
  names(namespace = 'default'): readonly string[] {
    const kinds = ['Deployment', 'Secret', 'Service', 'ServiceAccount'];
    return kinds.flatMap((kind) => this.api.list(kind, namespace).map(({ metadata }) => `${kind} ${metadata.name}`));
  }

  /** Requests that write, since the last call: `verb plural name`. */
  writes(): readonly string[] {
    const writes = this.api.requests.filter(({ verb }) => ['create', 'update', 'patch', 'delete'].includes(verb));
    return writes.splice(this.#seen, Number.POSITIVE_INFINITY).map(({ verb, plural, name }) => (this.#seen++, `${verb} ${plural} ${name}`));
  }
  #seen = 0;

  /** Lets time pass until something holds; two minutes of the provisioner's clock are enough for all that it waits for. */
  async until(holds: () => boolean): Promise<void> {
    for (let passedMs = 0; !holds(); passedMs += 50) {
      if (passedMs > 120_000) throw new Error(`nothing came of it; there are ${this.names().join(', ')}`);
      await this.services.clock.advanceAsync(50);
    }
  }

  /** Lets time pass in which nothing more is to happen. */
  async settle(ms = 2000): Promise<void> {
    for (let passedMs = 0; passedMs < ms; passedMs += 50) await this.services.clock.advanceAsync(50);
  }

  async close(): Promise<void> {
    await this.provisioner.dispose();
    await this.#access.close();
    await this.api.close();
  }
}
