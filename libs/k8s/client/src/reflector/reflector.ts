import type { KubeObject } from '@gibbon/contracts/resource';
import type { Clock, Random } from '@gibbon/contracts/services';
import type { ObjectChange } from '@gibbon/contracts/source';
import type { ApiError } from '../api-error.ts';
import { asApiError } from '../api-error.ts';
import { Backoff, pause } from '../backoff.ts';
import type { KubeClient, Selection } from '../kube-client.ts';
import { apiVersionOf, type ApiResource } from '../resource-path.ts';
import type { Watch, WatchEvent } from '../watch/watch.ts';
import { KnownObjects } from './known-objects.ts';

/** Who follows a {@link Reflector}. Called synchronously; must not throw. */
export interface ReflectorHandler {
  /** Changes that came together: a page of a list, or a piece of a watch. Objects have their apiVersion and kind. */
  apply(changes: readonly ObjectChange[]): void;
  /** A list has been read to its end: everything that exists has been handed over. Called after each list. */
  synced(): void;
  /** An attempt has failed; others follow. */
  failing(error: ApiError): void;
  /** The server answers again. */
  recovered(): void;
}

/** What a {@link Reflector} follows, and with what. */
export interface ReflectorOptions {
  readonly client: KubeClient;
  readonly kind: string;
  readonly selection: Selection;
  readonly clock: Clock;
  readonly random: Random;
  readonly handler: ReflectorHandler;
  /** Objects per page of a list; default 500. */
  readonly pageSize?: number;
  /** A watch that has been silent for this time is opened anew; bookmarks come every minute. Default 150 s. */
  readonly idleMs?: number;
}

/** How {@link Reflector.run} ended: its signal was aborted, or the server does not serve the resource. */
export type ReflectorEnd = 'aborted' | 'absent';

/** What follows a watch. */
type Next = 'watch' | 'list' | 'absent';

const PAGE_SIZE = 500;
const IDLE_MS = 150_000;
const WATCH_MIN_SECONDS = 300;
const BACKOFF = { firstMs: 100, maxMs: 15_000 };
/** A watch that held so long was a good one. */
const GOOD_WATCH_MS = 1000;
/** Lists that expire so often while being read are read in one piece. */
const MAX_EXPIRED_LISTS = 2;

/**
 * Follows all objects of a kind (in a namespace, by selectors): a paged list, then watches from where it stood. No
 * change is lost: after a reset the watch goes on from the last version, after 410 another list shows what has changed,
 * deletions included. Holds keys and versions, not objects.
 */
export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #known: KnownObjects;
  readonly #backoff: Backoff;
  #version = '';
  #failing = false;
  /** Expired lists in a row. */
  #expired = 0;

  constructor(options: ReflectorOptions) {
    this.#options = options;
    this.#known = new KnownObjects(options.kind);
    this.#backoff = new Backoff(BACKOFF, options.random);
  }

  /** Objects that exist, as far as is known. */
  get size(): number {
    return this.#known.size;
  }

  /** Follows until the signal is aborted or the resource is not served. May be called again, also with another version of the resource. */
  async run(resource: ApiResource, signal: AbortSignal): Promise<ReflectorEnd> {
    let next: Next = 'list';
    while (!signal.aborted) {
      next = next === 'list' ? await this.#list(resource, signal) : await this.#watch(resource, signal);
      if (next === 'absent') return 'absent';
    }
    return 'aborted';
  }

  /** Hands over the deletion of everything: the resource is served no more. */
  forget(): void {
    this.#apply(this.#known.clear());
  }

  async #list(resource: ApiResource, signal: AbortSignal): Promise<Next> {
    const { client, selection, pageSize = PAGE_SIZE, handler } = this.#options;
    // A list that expires again and again while it is being paged through would never end.
    const limit = this.#expired >= MAX_EXPIRED_LISTS ? {} : { limit: pageSize };
    try {
      this.#known.beginList();
      let token = '';
      do {
        const page = await client.list(resource, { ...selection, ...limit, ...(token === '' ? {} : { continue: token }) }, signal);
        if (signal.aborted) return 'list';
        this.#version = page.resourceVersion;
        this.#apply(page.items.map((item) => this.#known.upsert(this.#complete(resource, item))));
        token = page.next;
      } while (token !== '');
    } catch (error) {
      return this.#afterError(asApiError('list', error), signal, 'list');
    }
    this.#apply(this.#known.endList());
    this.#expired = 0;
    this.#succeeded();
    handler.synced();
    return 'watch';
  }

  async #watch(resource: ApiResource, signal: AbortSignal): Promise<Next> {
    const { client, selection, clock, random } = this.#options;
    const begunMs = clock.monotonic();
    let opened = false;
    const onOpen = (): void => {
      opened = true;
      this.#succeeded();
    };
    const timeoutSeconds = Math.round(WATCH_MIN_SECONDS * (1 + random.float()));
    const query = { ...selection, resourceVersion: this.#version, timeoutSeconds };
    const watch = client.watch(resource, query, { onOpen, onEvents: (events) => this.#receive(resource, events) });
    const close = (): void => watch.close();
    signal.addEventListener('abort', close);
    if (signal.aborted) close();
    const unguard = this.#guard(watch);
    const end = await watch.ended;
    unguard();
    signal.removeEventListener('abort', close);
    if (clock.monotonic() - begunMs >= GOOD_WATCH_MS) this.#backoff.reset();
    // A watch that was open and broke is no failure to speak of: the next attempt tells.
    const broke = end === null || end.code === 'GW_K8S_UNREACHABLE' || end.code === 'GW_K8S_TIMEOUT';
    if (!(opened && broke)) return this.#afterError(end ?? asApiError('watch', new Error('not opened')), signal, 'watch');
    await this.#breathe(signal);
    return 'watch';
  }

  /** Looks after a watch that says nothing: a peer that vanished without a word is not noticed otherwise. */
  #guard(watch: Watch): () => void {
    const { clock, idleMs = IDLE_MS } = this.#options;
    const look = (): void => {
      const leftMs = watch.lastMs + idleMs - clock.monotonic();
      if (leftMs > 0) timer = clock.after(leftMs, look);
      else watch.abandon(`nothing heard for ${idleMs} ms`);
    };
    let timer = clock.after(idleMs, look);
    return () => void timer.dispose();
  }

  async #afterError(error: ApiError, signal: AbortSignal, during: 'list' | 'watch'): Promise<Next> {
    if (signal.aborted) return during;
    if (error.code === 'GW_K8S_NOT_FOUND') return 'absent';
    if (error.code === 'GW_K8S_EXPIRED') {
      if (during === 'list') this.#expired++;
      await this.#breathe(signal);
      return 'list';
    }
    this.#failing = true;
    this.#options.handler.failing(error);
    await pause(this.#options.clock, Math.max(error.retryAfterMs ?? 0, this.#backoff.next()), signal);
    return during;
  }

  /** The first attempt after an end follows at once, others wait: a server may end everything as soon as it has begun. */
  async #breathe(signal: AbortSignal): Promise<void> {
    const delayMs = this.#backoff.next();
    if (this.#backoff.attempts > 1) await pause(this.#options.clock, delayMs, signal);
  }

  #receive(resource: ApiResource, events: readonly WatchEvent[]): void {
    const changes: (ObjectChange | null)[] = [];
    for (const event of events) {
      if (event.type === 'BOOKMARK') {
        this.#version = event.resourceVersion;
        continue;
      }
      const object = this.#complete(resource, event.object);
      this.#version = object.metadata.resourceVersion ?? this.#version;
      changes.push(event.type === 'DELETED' ? this.#known.remove(object) : this.#known.upsert(object));
    }
    // Data have come: the watch is a good one.
    this.#backoff.reset();
    this.#apply(changes);
  }

  #apply(changes: readonly (ObjectChange | null)[]): void {
    const real = changes.filter((change) => change !== null);
    if (real.length > 0) this.#options.handler.apply(real);
  }

  /** Items of lists lack what all have in common; metadata alone comes under a kind of its own. */
  #complete(resource: ApiResource, object: KubeObject): KubeObject {
    const apiVersion = apiVersionOf(resource);
    if (object.apiVersion === apiVersion && object.kind === this.#options.kind) return object;
    return { ...object, apiVersion, kind: this.#options.kind };
  }

  #succeeded(): void {
    if (!this.#failing) return;
    this.#failing = false;
    this.#options.handler.recovered();
  }
}
