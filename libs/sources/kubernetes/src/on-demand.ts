import type { KubeObject, ObjectRef, ResourceKind } from '@gibbon/contracts/resource';
import type { Clock, Random } from '@gibbon/contracts/services';
import { apiVersionOf, asApiError, Backoff, pause, type ApiError, type ApiResource, type KubeClient } from '@gibbon/k8s-client';
import { refOf } from '@gibbon/k8s-types';
import type { ObjectGate } from './object-gate.ts';
import { objectKey } from './object-key.ts';

/** What {@link OnDemandObjects} works with. */
export interface OnDemandOptions {
  readonly kind: ResourceKind;
  readonly client: KubeClient;
  readonly gate: ObjectGate;
  /** Whether other objects name it. */
  readonly isNamed: (ref: ObjectRef) => boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly failing: (error: ApiError) => void;
  readonly recovered: () => void;
}

/** What is known of an object: never its content. */
interface Entry {
  readonly ref: ObjectRef;
  version: string;
  standsAlone: boolean;
  /** Version that passed the gate, or `null`. */
  loaded: string | null;
}

/** Requests at a time. */
const CONCURRENCY = 16;

/** Objects of a kind of which only those enter memory that others name or that stand alone. Fed with metadata; fetches the rest. */
export class OnDemandObjects {
  readonly #options: OnDemandOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #queue = new Map<string, Entry>();
  readonly #backoff: Backoff;
  #resource: ApiResource | null = null;
  #running = 0;
  #retrying = false;
  #waiting: (() => void)[] = [];

  constructor(options: OnDemandOptions) {
    this.#options = options;
    this.#backoff = new Backoff({ firstMs: 100, maxMs: 15_000 }, options.random);
  }

  /** Metadata of an object that exists. */
  upsert(object: KubeObject, resource: ApiResource): void {
    this.#resource = resource;
    const ref = refOf(object);
    const entry = this.#entries.getOrInsertComputed(objectKey(ref), () => ({ ref, version: '', standsAlone: false, loaded: null }));
    entry.version = object.metadata.resourceVersion ?? '';
    entry.standsAlone = this.#options.kind.standsAlone?.(object) ?? true;
    this.#review(entry);
  }

  remove(ref: ObjectRef): void {
    this.#entries.delete(objectKey(ref));
    if (this.#queue.delete(objectKey(ref))) this.#proceed();
    this.#options.gate.remove(ref);
  }

  /** Whether others name the object may have changed. */
  review(ref: ObjectRef): void {
    const entry = this.#entries.get(objectKey(ref));
    if (entry !== undefined) this.#review(entry);
  }

  /** Resolves when everything that is wanted has been fetched, or could not be. */
  async idle(): Promise<void> {
    while (!this.#options.signal.aborted && (this.#running > 0 || (this.#queue.size > 0 && !this.#retrying)))
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #isWanted(entry: Entry): boolean {
    return entry.standsAlone || this.#options.isNamed(entry.ref);
  }

  #review(entry: Entry): void {
    const key = objectKey(entry.ref);
    if (!this.#isWanted(entry)) {
      if (this.#queue.delete(key)) this.#proceed();
      entry.loaded = null;
      this.#options.gate.remove(entry.ref);
    } else if (entry.loaded !== entry.version) {
      this.#queue.set(key, entry);
      this.#proceed();
    }
  }

  #proceed(): void {
    while (!this.#retrying && this.#running < CONCURRENCY && !this.#options.signal.aborted) {
      const [next] = this.#queue;
      if (next === undefined) break;
      const [key, entry] = next;
      this.#queue.delete(key);
      this.#running++;
      void this.#load(key, entry).finally(() => {
        this.#running--;
        this.#proceed();
      });
    }
    // What could not be fetched may be wanted no more.
    if (this.#running === 0 && this.#queue.size === 0) this.#options.recovered();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  async #load(key: string, entry: Entry): Promise<void> {
    const { client, kind, gate, signal } = this.#options;
    const resource = this.#resource as ApiResource;
    const { namespace, name } = entry.ref;
    const asked = entry.version;
    try {
      const object = await client.get<KubeObject>(resource, { namespace, name });
      this.#backoff.reset();
      this.#options.recovered();
      // It may have gone, or come anew, while it was under way.
      if (signal.aborted || this.#entries.get(key) !== entry || !this.#isWanted(entry)) return;
      // What came may be newer than what was asked for; a version that is announced later is fetched again.
      entry.loaded = object.metadata.resourceVersion ?? asked;
      gate.upsert({ ...object, apiVersion: apiVersionOf(resource), kind: kind.kind });
      if (entry.loaded !== entry.version && entry.version !== asked) this.#queue.set(key, entry);
    } catch (error) {
      const failure = asApiError('get', error);
      // It went meanwhile: the watch says so too.
      if (failure.code === 'GW_K8S_NOT_FOUND' || signal.aborted) return;
      this.#options.failing(failure);
      this.#queue.set(key, entry);
      void this.#retry();
    }
  }

  async #retry(): Promise<void> {
    if (this.#retrying) return;
    this.#retrying = true;
    await pause(this.#options.clock, this.#backoff.next(), this.#options.signal);
    this.#retrying = false;
    this.#proceed();
  }
}
