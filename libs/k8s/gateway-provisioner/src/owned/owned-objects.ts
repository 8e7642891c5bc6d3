import type { Disposable } from '@gibbon/contracts/module';
import type { Clock, Logger, Random } from '@gibbon/contracts/services';
import type { ObjectChange } from '@gibbon/contracts/source';
import { MANAGED_LABELS } from '@gibbon/gateway-attachment';
import { pause, rbacAdvice, Reflector, type ApiError, type KubeClient } from '@gibbon/k8s-client';
import { objectKey } from '../desired/desired-objects.ts';
import { OWNED_KINDS, OWNED_RESOURCES, type OwnedKind } from '../desired/object-kinds.ts';
import { isLater, seenObject, type SeenObject } from './seen-object.ts';

/** What {@link OwnedObjects} work with. */
export interface OwnedObjectsOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Namespaces to look in; empty: all. */
  readonly namespaces: readonly string[];
  /** Called when something happened to an object, with what it is, or was before it went. */
  readonly changed: (object: SeenObject, isGone: boolean) => void;
}

/** A server that starts does not serve everything at once. */
const ABSENT_MS = 1000;
/** Answers to requests are not so late that more are deleted meanwhile. */
const MAX_GONE = 1000;

/** The objects that were made for Gateways, followed by their metadata alone. */
export class OwnedObjects implements Disposable {
  /** Resolves when those that exist are known, or it is known that they cannot be. */
  readonly settled: Promise<unknown>;
  readonly #options: OwnedObjectsOptions;
  readonly #objects = new Map<string, SeenObject>();
  /** UIDs of the latest that were deleted. */
  readonly #gone = new Set<string>();
  readonly #byPlane = new Map<string, Set<string>>();
  readonly #end = new AbortController();
  readonly #running: Promise<void>[] = [];
  readonly #failures = new Map<string, string>();

  constructor(options: OwnedObjectsOptions) {
    this.#options = options;
    const places = options.namespaces.length === 0 ? [''] : options.namespaces;
    this.settled = Promise.all(OWNED_KINDS.flatMap((kind) => places.map((namespace) => this.#follow(kind, namespace))));
  }

  get(kind: OwnedKind, namespace: string, name: string): SeenObject | null {
    return this.#objects.get(objectKey(kind, namespace, name)) ?? null;
  }

  /** Objects that were made for a Gateway, by the UID of that. */
  of(plane: string): readonly SeenObject[] {
    return [...(this.#byPlane.get(plane) ?? [])].flatMap((key) => this.#objects.get(key) ?? []);
  }

  /** Notes what a request was answered with, before the event comes; or after it, and then it is no news. */
  note(object: SeenObject): void {
    const known = this.get(object.kind, object.namespace, object.name);
    const isPast = known !== null && known.uid === object.uid && isLater(known, object);
    if (!isPast && !this.#gone.has(object.uid)) this.#put(object);
  }

  async dispose(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#running);
  }

  #put(object: SeenObject): void {
    const key = objectKey(object.kind, object.namespace, object.name);
    this.#remove(key);
    this.#objects.set(key, object);
    this.#byPlane.getOrInsertComputed(object.plane, () => new Set()).add(key);
  }

  /** Resolves after the first list, or the first failure. */
  #follow(kind: OwnedKind, namespace: string): Promise<void> {
    const { client, clock, random } = this.#options;
    const { promise, resolve } = Promise.withResolvers<void>();
    const reflector = new Reflector({
      client,
      clock,
      random,
      kind,
      selection: { namespace, labelSelector: MANAGED_LABELS.gatewayUid, metadataOnly: true },
      handler: {
        apply: (changes) => this.#apply(kind, changes),
        synced: resolve,
        failing: (error) => {
          this.#failing(kind, namespace, error);
          resolve();
        },
        recovered: () => void this.#failures.delete(`${kind} ${namespace}`),
      },
    });
    this.#end.signal.addEventListener('abort', () => resolve());
    this.#running.push(this.#run(reflector, kind));
    return promise;
  }

  async #run(reflector: Reflector, kind: OwnedKind): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted)
      if ((await reflector.run(OWNED_RESOURCES[kind], signal)) === 'absent') await pause(this.#options.clock, ABSENT_MS, signal);
  }

  #apply(kind: OwnedKind, changes: readonly ObjectChange[]): void {
    for (const change of changes) {
      if (change.type === 'upsert') {
        const seen = seenObject(kind, change.object);
        this.#put(seen);
        this.#options.changed(seen, false);
        continue;
      }
      const key = objectKey(kind, change.ref.namespace, change.ref.name);
      const known = this.#objects.get(key);
      this.#remove(key);
      if (known === undefined) continue;
      this.#bury(known.uid);
      this.#options.changed(known, true);
    }
  }

  #remove(key: string): void {
    const known = this.#objects.get(key);
    if (known === undefined) return;
    this.#objects.delete(key);
    const ofPlane = this.#byPlane.get(known.plane);
    ofPlane?.delete(key);
    if (ofPlane?.size === 0) this.#byPlane.delete(known.plane);
  }

  #bury(uid: string): void {
    this.#gone.add(uid);
    for (const oldest of this.#gone) {
      if (this.#gone.size <= MAX_GONE) return;
      this.#gone.delete(oldest);
    }
  }

  #failing(kind: OwnedKind, namespace: string, error: ApiError): void {
    const place = `${kind} ${namespace}`;
    if (this.#failures.get(place) === error.message) return;
    this.#failures.set(place, error.message);
    const { group, plural } = OWNED_RESOURCES[kind];
    const advice =
      error.code === 'GW_K8S_FORBIDDEN' ? { advice: rbacAdvice({ group, resource: plural, verbs: ['list', 'watch'], namespace }) } : {};
    this.#options.logger.warn(
      { kind, err: error, ...advice },
      'objects of managed Gateways cannot be followed: what becomes of them is not noticed',
    );
  }
}
