import { createHash } from 'node:crypto';
import { codeOf } from '@gibbon/contracts/errors';
import type { Disposable } from '@gibbon/contracts/module';
import type { KubeObject, ObjectRef } from '@gibbon/contracts/resource';
import type { Clock, Logger, Random } from '@gibbon/contracts/services';
import type { ObjectChange } from '@gibbon/contracts/source';
import type { Leadership } from '@gibbon/contracts/status';
import type { ControllerSettings } from '@gibbon/contracts/translator';
import { controllerNames } from '@gibbon/gateway-attachment';
import { ApiError, type ApiResource, type KubeClient, type ObjectPlace } from '@gibbon/k8s-client';
import { GATEWAY_GROUP, refOf, type Gateway, type GatewayClass } from '@gibbon/k8s-types';
import type { ProxyCertificate } from './desired/admin-secret.ts';
import { gatewayKey, ManagedGateways } from './managed-gateways.ts';
import { OwnedObjects } from './owned/owned-objects.ts';
import type { SeenObject } from './owned/seen-object.ts';
import { Attempts } from './reconcile/attempts.ts';
import { isRolledOut } from './reconcile/deployment-state.ts';
import { GatewayReconciler } from './reconcile/gateway-reconciler.ts';
import { Rollouts } from './reconcile/rollouts.ts';
import { WorkQueue } from './reconcile/work-queue.ts';
import type { ManagedProxySettings } from './settings.ts';

/** What a {@link GatewayProvisioner} works with. */
export interface ProvisionerOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly leadership: Leadership;
  readonly settings: ControllerSettings;
  readonly proxies: ManagedProxySettings;
  /** Namespaces whose Gateways are served; empty: all. */
  readonly namespaces: readonly string[];
  /** Called when what keeps a Gateway from having its proxies is another: `null` when nothing does any more. */
  readonly report: (gateway: ObjectRef, problem: string | null) => void;
}

/** The authority of the certificates of proxies. */
export interface ProxyAuthority {
  /** What the controller connects with; the authority's certificate is in it. PEM. */
  readonly client: Pick<ProxyCertificate, 'ca'>;
  /** @param plane UID of the Gateway whose proxies prove themselves with it. */
  issueProxy(plane: string): Promise<ProxyCertificate>;
}

const CONCURRENCY = 8;
/** When those that wait for others are looked after again. */
const WAITING_MS = 1000;
const GATEWAYS = { group: GATEWAY_GROUP, version: 'v1', plural: 'gateways' };
const CLASSES = { group: GATEWAY_GROUP, version: 'v1', plural: 'gatewayclasses' };

/**
 * Gives each managed Gateway its proxies, and takes them from Gateways that are managed no more. Works while this replica
 * leads; all replicas know the objects. Deleted Gateways take their objects along by owner references.
 */
export class GatewayProvisioner implements Disposable {
  /** The Gateways that there are. */
  readonly gateways: ManagedGateways;
  readonly #options: ProvisionerOptions;
  readonly #queue: WorkQueue;
  readonly #attempts = new Map<string, Attempts>();
  readonly #rollouts: Rollouts;
  #owned: OwnedObjects | null = null;
  #reconciler: GatewayReconciler | null = null;
  #subscription: Disposable | null = null;
  #isSynced = false;
  #isSettled = false;
  #isClosed = false;

  constructor(options: ProvisionerOptions) {
    this.#options = options;
    this.gateways = new ManagedGateways(options.settings);
    this.#rollouts = new Rollouts({ clock: options.clock, isDone: (deployment) => isRolledOut(options.client, deployment) });
    this.#queue = new WorkQueue({ clock: options.clock, concurrency: CONCURRENCY, work: (key) => this.#work(key) });
  }

  /** Takes changes of objects from a source; those of kinds that do not matter are passed over. */
  apply(changes: readonly ObjectChange[]): void {
    for (const key of this.gateways.apply(changes)) {
      if (this.gateways.get(key) === null) this.#drop(key);
      else this.#changed(key);
    }
  }

  /** The source has delivered everything that exists: nothing is made or removed before. */
  synced(): void {
    this.#isSynced = true;
    this.#lead();
  }

  /**
   * Begins. Called once.
   * @param authority `null`: the Admin APIs of proxies speak plain HTTP, and let in everybody.
   */
  start(authority: ProxyAuthority | null): void {
    if (this.#isClosed) return;
    const { client, clock, random, logger, namespaces, leadership, proxies } = this.#options;
    const owned = new OwnedObjects({
      client,
      clock,
      random,
      logger,
      namespaces,
      changed: (object, isGone) => this.#happened(object, isGone),
    });
    this.#owned = owned;
    this.#reconciler = new GatewayReconciler({
      client,
      logger,
      owned,
      mayReplace: (deployment) => this.#rollouts.begin(deployment),
      pods: { settings: proxies, authority: authority === null ? null : fingerprint(authority.client.ca) },
      issueProxy: (plane) => (authority === null ? Promise.reject(new Error('there is no authority')) : authority.issueProxy(plane)),
    });
    this.#subscription = leadership.onChange(() => this.#lead());
    void owned.settled.then(() => {
      this.#isSettled = true;
      this.#lead();
    });
  }

  /** Resolves when nothing is under way any more. */
  async dispose(): Promise<void> {
    this.#isClosed = true;
    void this.#subscription?.dispose();
    await this.#queue.dispose();
    this.#rollouts.dispose();
    await this.#owned?.dispose();
  }

  /** Whoever begins to lead goes through all Gateways: what the last leader did is not known. */
  #lead(): void {
    if (this.#isClosed || !this.#isSynced || !this.#isSettled) return;
    if (!this.#options.leadership.leading) {
      this.#queue.pause();
      return;
    }
    this.#reconciler?.forgetAll();
    this.#queue.resume();
    for (const key of this.gateways.keys()) this.#changed(key);
  }

  #changed(key: string): void {
    this.#attemptsFor(key).changed();
    this.#queue.add(key);
  }

  /** Something happened to an object of ours, perhaps by ourselves. */
  #happened(object: SeenObject, isGone: boolean): void {
    if (isGone) this.#reconciler?.forget(object);
    const { namespace, owner, plane } = object;
    const keys = new Set([this.gateways.keyOf(plane), owner === null ? null : gatewayKey(namespace, owner.name)]);
    for (const key of keys)
      if (key !== null && this.gateways.get(key) !== null) this.#queue.add(key, this.#attemptsFor(key).repairDelayMs());
  }

  #attemptsFor(key: string): Attempts {
    return this.#attempts.getOrInsertComputed(key, () => new Attempts(this.#options.clock, this.#options.random));
  }

  async #work(key: string): Promise<number | null> {
    const gateway = this.gateways.get(key);
    if (gateway === null) return null;
    const attempts = this.#attemptsFor(key);
    const isRepair = attempts.begin();
    try {
      const waits = await this.#bring(gateway, isRepair ? attempts : null);
      attempts.succeeded();
      this.#report(gateway, attempts, null);
      if (!waits) return null;
      attempts.changed();
      return WAITING_MS;
    } catch (error) {
      return this.#failed(gateway, attempts, error);
    }
  }

  /** @param repair of the Gateway where it is not what has changed; `null` otherwise. @returns whether it has to wait for others. */
  async #bring(gateway: Gateway, repair: Attempts | null): Promise<boolean> {
    const reconciler = this.#reconciler as GatewayReconciler;
    switch (this.gateways.provisionOf(gateway)) {
      case 'wanted':
        // What goes with a Gateway that is deleted may be seen to go before the Gateway is.
        if (repair !== null && (reconciler.isProvisioned(gateway) || !(await this.#exists(gateway)))) return false;
        return this.#brought(gateway, await reconciler.provision(gateway), repair);
      case 'unwanted':
        await reconciler.withdraw(gateway);
        return false;
      case 'kept': {
        const hasFormer = reconciler.former(gateway).length > 0;
        if (hasFormer && !this.gateways.isOurs(gateway) && (await this.#isOfAnother(gateway))) await reconciler.withdrawFormer(gateway);
        return false;
      }
    }
  }

  async #exists(gateway: Gateway): Promise<boolean> {
    const found = await this.#find<Gateway>(GATEWAYS, refOf(gateway));
    return found?.metadata.uid === gateway.metadata.uid && found?.metadata.deletionTimestamp === undefined;
  }

  /** Whether the class is there and another controller's. Of those, none is known; and one that is not there may come back. */
  async #isOfAnother({ spec }: Gateway): Promise<boolean> {
    const found = await this.#find<GatewayClass>(CLASSES, { namespace: '', name: spec.gatewayClassName });
    return found !== null && !controllerNames(this.#options.settings).includes(found.spec.controllerName);
  }

  async #find<T extends KubeObject>(resource: ApiResource, place: ObjectPlace): Promise<T | null> {
    const { namespace, name } = place;
    try {
      return await this.#options.client.get<T>(resource, { namespace, name });
    } catch (error) {
      if (codeOf(error) === 'GW_K8S_NOT_FOUND') return null;
      throw error;
    }
  }

  #brought(gateway: Gateway, { changes, waits }: Awaited<ReturnType<GatewayReconciler['provision']>>, repair: Attempts | null): boolean {
    if (changes === 0) return waits;
    const { namespace, name } = refOf(gateway);
    const line = { ref: `${namespace}/${name}`, changes };
    if (repair === null) {
      this.#options.logger.info(line, 'the objects of a Gateway are as it wants them');
      return waits;
    }
    repair.repaired();
    this.#options.logger.info(line, 'the objects of a Gateway were changed by somebody, and are as they were');
    return waits;
  }

  #failed(gateway: Gateway, attempts: Attempts, error: unknown): number {
    const delayMs = Math.max(attempts.failed(), retryAfterOf(error));
    const { namespace, name } = refOf(gateway);
    const ref = `${namespace}/${name}`;
    this.#options.logger.debug({ ref, err: error, delayMs }, 'the objects of a Gateway cannot be made as it wants them');
    if (isWorthTelling(error)) this.#report(gateway, attempts, error instanceof Error ? error.message : String(error));
    return delayMs;
  }

  #report(gateway: Gateway, attempts: Attempts, problem: string | null): void {
    if (attempts.problem === problem || this.#isClosed) return;
    attempts.problem = problem;
    this.#options.report(refOf(gateway), problem);
  }

  #drop(key: string): void {
    const attempts = this.#attempts.get(key);
    this.#attempts.delete(key);
    const [namespace = '', name = ''] = key.split('/');
    if (attempts?.problem != null) this.#options.report({ kind: 'Gateway', namespace, name }, null);
  }
}

/** Tells one authority from another. */
function fingerprint(ca: string): string {
  return createHash('sha256').update(ca).digest('hex').slice(0, 16);
}

function retryAfterOf(error: unknown): number {
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof ApiError ? (cause.retryAfterMs ?? 0) : 0;
}

/** Servers that are away, objects that end, and namespaces that do: these pass, and others tell of them. */
function isWorthTelling(error: unknown): boolean {
  if (codeOf(error) === 'GW_PROVISION_ENDING') return false;
  const cause = error instanceof Error ? error.cause : null;
  if (!(cause instanceof ApiError)) return true;
  if (['GW_K8S_UNREACHABLE', 'GW_K8S_TIMEOUT', 'GW_K8S_CONFLICT', 'GW_K8S_NOT_FOUND'].includes(cause.code)) return false;
  return !cause.message.includes('is being terminated');
}
