import type { KubeObject } from '@gibbon/contracts/resource';
import type { Logger } from '@gibbon/contracts/services';
import { managedAdminName, managedName } from '@gibbon/gateway-attachment';
import { asApiError, type ApiErrorCode, type KubeClient } from '@gibbon/k8s-client';
import type { Gateway } from '@gibbon/k8s-types';
import { adminSecretData, adminSecretName, type ProxyCertificate } from '../desired/admin-secret.ts';
import type { PodContext } from '../desired/deployment.ts';
import { desiredObjects, HASH_ANNOTATION, objectKey, type DesiredObject } from '../desired/desired-objects.ts';
import { OWNED_RESOURCES, type OwnedKind } from '../desired/object-kinds.ts';
import type { OwnedObjects } from '../owned/owned-objects.ts';
import { isAsDesired, seenObject, type SeenObject } from '../owned/seen-object.ts';
import { isStillEnding, nameIsTaken, wasRefused } from './provisioning-errors.ts';

/** What a {@link GatewayReconciler} works with. */
export interface ReconcilerOptions {
  readonly client: KubeClient;
  readonly logger: Logger;
  readonly owned: OwnedObjects;
  readonly pods: PodContext;
  /** Makes a certificate for the Admin APIs of the proxies of a Gateway, by the UID of that. Only called where `pods.authority` is not `null`. */
  readonly issueProxy: (plane: string) => Promise<ProxyCertificate>;
  /** Asked before the pods of a Deployment, given as `namespace/name`, are replaced by others: whether they may be now. */
  readonly mayReplace: (deployment: string) => boolean;
}

/** Who writes, as `metadata.managedFields` of the objects say. */
export const FIELD_MANAGER = 'gibbon-gateway-provisioner';

/**
 * Brings the objects of one Gateway to what they ought to be, by server-side apply of those that are not. Objects of somebody
 * else are left alone.
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export class GatewayReconciler {
  readonly #options: ReconcilerOptions;
  /** Versions of objects when they were applied last, or found as they ought to be. */
  readonly #applied = new Map<string, string>();

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /** Forgets what was applied: another process may have done so since. */
  forgetAll(): void {
    this.#applied.clear();
  }

  /** An object is gone. */
  forget({ kind, namespace, name }: SeenObject): void {
    this.#applied.delete(objectKey(kind, namespace, name));
  }

  /** Whether everything that is seen of a managed Gateway's objects is as it ought to be. */
  isProvisioned(gateway: Gateway): boolean {
    return desiredObjects(gateway, this.#options.pods)
      .flat()
      .every((desired) => {
        const { kind, body } = desired;
        const { namespace, name } = body.metadata;
        const seen = this.#options.owned.get(kind, namespace, name);
        return seen !== null && isAsDesired(seen, desired, this.#applied.get(objectKey(kind, namespace, name)) ?? null);
      });
  }

  /**
   * Makes, mends and removes objects of a managed Gateway. Rejects with a GatewayError `GW_PROVISION_TAKEN`, `_ENDING` or
   * `_REFUSED`; what could be done has been done then.
   * @returns the number of requests that changed something, and whether a Deployment has to wait for others.
   */
  async provision(gateway: Gateway): Promise<{ readonly changes: number; readonly waits: boolean }> {
    let [changes, waits] = [0, false];
    for (const group of desiredObjects(gateway, this.#options.pods)) {
      const results = await Promise.allSettled(group.map((desired) => this.#ensure(gateway, desired)));
      for (const result of results) {
        if (result.status === 'rejected') throw result.reason;
        if (result.value === 'changed') changes++;
        if (result.value === 'waits') waits = true;
      }
    }
    return { changes: changes + (await this.withdrawFormer(gateway)), waits };
  }

  /**
   * Removes what was made for a Gateway when it had another class; what is named after its class is of whose that is, which
   * may be another of our kind. Rejects as `provision` does. @returns how many objects there were.
   */
  withdrawFormer(gateway: Gateway): Promise<number> {
    return this.#remove(this.former(gateway));
  }

  /** What was made for a Gateway when it had another class. */
  former(gateway: Gateway): readonly SeenObject[] {
    const names = new Set([managedName(gateway), managedAdminName(gateway), adminSecretName(gateway)]);
    return this.#options.owned.of(gateway.metadata.uid ?? '').filter(({ name }) => !names.has(name));
  }

  /** Removes what was made for a Gateway. Rejects as `provision` does. */
  async withdraw(gateway: Gateway): Promise<void> {
    await this.#remove(this.#options.owned.of(gateway.metadata.uid ?? ''));
  }

  async #remove(objects: readonly SeenObject[]): Promise<number> {
    const present = objects.filter(({ ending }) => !ending);
    for (const object of present) await this.#delete(object, 'an object of a Gateway that does not need it any more is deleted');
    return present.length;
  }

  async #delete(object: SeenObject, why: string): Promise<void> {
    const { kind, namespace, name, uid } = object;
    // A conflict: another object has the name by now.
    await this.#request(kind, 'delete', ['GW_K8S_NOT_FOUND', 'GW_K8S_CONFLICT'], () =>
      this.#options.client.delete(OWNED_RESOURCES[kind], { namespace, name }, uid),
    );
    this.#options.logger.info({ kind, ref: `${namespace}/${name}` }, why);
    this.forget(object);
    this.#options.owned.note({ ...object, ending: true });
  }

  /** @returns whether the object is another than before, or has to wait for others. */
  async #ensure(gateway: Gateway, desired: DesiredObject): Promise<'changed' | 'same' | 'waits'> {
    const { kind, body } = desired;
    const { namespace, name } = body.metadata;
    const key = objectKey(kind, namespace, name);
    const seen = this.#options.owned.get(kind, namespace, name) ?? (await this.#find(kind, namespace, name));
    if (seen !== null) {
      const isOurs = seen.plane === gateway.metadata.uid || seen.owner?.uid === gateway.metadata.uid;
      if (isOurs && isAsDesired(seen, desired, this.#applied.get(key) ?? null)) {
        this.#applied.set(key, seen.version);
        return 'same';
      }
      if (!isOurs) await this.#makeRoom(gateway, seen);
      else if (seen.ending) throw isStillEnding(kind, namespace, name);
      else if (this.#hasToWait(seen, desired)) return 'waits';
    }
    const applied = await this.#apply(gateway, desired, key);
    // Others write parts of objects that are theirs, e.g. the address of a load balancer: applying ours then changes nothing.
    return applied?.resourceVersion === seen?.resourceVersion ? 'same' : 'changed';
  }

  /** What others have changed is mended at once; what we want to be another may be so for all Gateways. */
  #hasToWait({ kind, namespace, name, annotations }: SeenObject, { hash }: DesiredObject): boolean {
    return kind === 'Deployment' && annotations[HASH_ANNOTATION] !== hash && !this.#options.mayReplace(`${namespace}/${name}`);
  }

  /** An object that our labels do not select, or that has not been noticed yet. */
  async #find(kind: OwnedKind, namespace: string, name: string): Promise<SeenObject | null> {
    const found = await this.#request(kind, 'get', ['GW_K8S_NOT_FOUND'], () =>
      this.#options.client.get<KubeObject>(OWNED_RESOURCES[kind], { namespace, name }, { metadataOnly: true }),
    );
    return found === null ? null : seenObject(kind, found);
  }

  /** Removes what was made for an earlier Gateway of the same name: it would vanish by itself, but later, and with what is ours. */
  async #makeRoom(gateway: Gateway, seen: SeenObject): Promise<void> {
    const { kind, namespace, name, owner } = seen;
    if (owner === null || owner.name !== gateway.metadata.name) throw nameIsTaken(kind, namespace, name);
    if (!seen.ending) await this.#delete(seen, 'an object of an earlier Gateway of the same name is deleted');
    if (seen.ending || (await this.#find(kind, namespace, name)) !== null) throw isStillEnding(kind, namespace, name);
  }

  async #apply(gateway: Gateway, desired: DesiredObject, key: string): Promise<SeenObject | null> {
    const { client, owned, issueProxy, logger } = this.#options;
    const { kind, body } = desired;
    const { namespace, name } = body.metadata;
    const sent = kind === 'Secret' ? { ...body, data: adminSecretData(await issueProxy(gateway.metadata.uid ?? '')) } : body;
    const patch = { type: 'apply', body: sent, fieldManager: FIELD_MANAGER, force: true } as const;
    const answer = await this.#request(kind, 'patch', [], () =>
      client.patch<KubeObject>(OWNED_RESOURCES[kind], { namespace, name }, patch),
    );
    if (answer === null) return null;
    const seen = seenObject(kind, answer);
    this.#applied.set(key, seen.version);
    owned.note(seen);
    logger.debug({ kind, ref: `${namespace}/${name}`, hash: desired.hash }, 'an object of a Gateway is applied');
    return seen;
  }

  /** @returns `null` for an error that is expected. */
  async #request<T>(
    kind: OwnedKind,
    verb: 'get' | 'patch' | 'delete',
    expected: readonly ApiErrorCode[],
    send: () => Promise<T>,
  ): Promise<T | null> {
    try {
      return await send();
    } catch (cause) {
      const error = asApiError(verb, cause);
      if (expected.includes(error.code as ApiErrorCode)) return null;
      throw wasRefused(kind, verb, error);
    }
  }
}
