import { isDeepStrictEqual } from 'node:util';
import type { Disposable } from '@gibbon/contracts/module';
import type { ObjectRef } from '@gibbon/contracts/resource';
import type { Clock, Logger, Metrics, Random } from '@gibbon/contracts/services';
import type { Leadership, StatusDraft, StatusSink } from '@gibbon/contracts/status';
import { asApiError, Backoff, rbacAdvice, type ApiError, type KubeClient } from '@gibbon/k8s-client';
import { nameOf, readStatuses } from './read-statuses.ts';
import { StatusMetrics } from './status-metrics.ts';
import { writeStatus, type SeenObject, type WriteResult } from './status-write.ts';
import { WriteSpacing } from './write-spacing.ts';

/** What a {@link StatusWriter} works with. */
export interface StatusWriterOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly leadership: Leadership;
  /** Drafts that come within this time of each other are one write. Default 10 ms. */
  readonly settleMs?: number;
  /** Time between two writes of one object, which doubles while it goes on changing. Default 100 ms. */
  readonly spacingMs?: number;
  /** Longest time between two writes of one object. Default 500 ms. */
  readonly maxSpacingMs?: number;
  /** Requests at a time. Default 16. */
  readonly concurrency?: number;
}

/** An object of ours. */
interface Entry {
  draft: StatusDraft;
  readonly backoff: Backoff;
  readonly spacing: WriteSpacing;
  seen: SeenObject | null;
  /** Not before this time, monotonic milliseconds. */
  dueMs: number;
  /** Whether the draft waits to be written. */
  waiting: boolean;
  /** Whether it is being read or written. */
  busy: boolean;
}

/** So many objects of a kind are looked at by listing them: after a restart most statuses are as they should be. */
const LIST_FROM = 50;

/** Failures that the next attempt will not mend. */
const REFUSALS: ReadonlySet<string> = new Set(['GW_K8S_INVALID', 'GW_K8S_REFUSED']);

/**
 * Writes the status of objects: of each the newest draft, one write for what comes in a burst, only what differs, only
 * while this replica leads. Drafts are kept, and whoever becomes leader goes through all of them.
 */
export class StatusWriter implements StatusSink, Disposable {
  readonly #options: Required<StatusWriterOptions>;
  readonly #metrics: StatusMetrics;
  readonly #entries = new Map<string, Entry>();
  /** Entries that wait, in the order in which they began to. */
  readonly #queue = new Map<string, Entry>();
  readonly #subscription: Disposable;
  #writing = 0;
  readonly #lists = new Set<AbortController>();
  /** Entries that are in lists under way. */
  #listing = 0;
  /** Counts how often this replica became leader: what was read in an earlier term may have been overwritten since. */
  #term = 0;
  #timer: { readonly dueMs: number; readonly timer: Disposable } | null = null;
  #closed = false;
  #idle: (() => void)[] = [];
  /** Resources that may not be written, to say it once. */
  readonly #forbidden = new Set<string>();

  constructor(options: StatusWriterOptions) {
    this.#options = { settleMs: 10, spacingMs: 100, maxSpacingMs: 500, concurrency: 16, ...options };
    this.#metrics = new StatusMetrics(options.metrics);
    this.#subscription = options.leadership.onChange((leading) => this.#lead(leading));
  }

  submit(drafts: readonly StatusDraft[]): void {
    if (this.#closed) return;
    const dueMs = this.#options.clock.monotonic() + this.#options.settleMs;
    for (const draft of drafts) {
      const key = keyOf(draft.ref);
      const entry = this.#entries.get(key);
      if (entry === undefined) {
        const made = this.#newEntry(draft, dueMs);
        this.#entries.set(key, made);
        this.#queue.set(key, made);
      } else if (!sameDraft(entry.draft, draft)) {
        entry.draft = draft;
        this.#enqueue(key, entry, dueMs);
      }
    }
    this.#metrics.pending(this.#queue.size + this.#listing + this.#writing);
    if (this.#mayWrite() && (this.#timer === null || this.#timer.dueMs > dueMs)) this.#arm(dueMs);
  }

  forget(ref: ObjectRef): void {
    const key = keyOf(ref);
    this.#entries.delete(key);
    this.#queue.delete(key);
    this.#proceed();
  }

  /** Resolves when nothing waits and nothing is being written, which a follower is at once. */
  async idle(): Promise<void> {
    while (this.#writing + this.#lists.size > 0 || (this.#mayWrite() && this.#queue.size > 0))
      await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Begins no more writes, and resolves when those under way have ended. */
  async dispose(): Promise<void> {
    this.#closed = true;
    void this.#subscription.dispose();
    void this.#timer?.timer.dispose();
    this.#queue.clear();
    for (const list of this.#lists) list.abort();
    await this.idle();
  }

  #newEntry(draft: StatusDraft, dueMs: number): Entry {
    const { random, spacingMs, maxSpacingMs } = this.#options;
    const backoff = new Backoff({ firstMs: 200, maxMs: 30_000 }, random);
    const spacing = new WriteSpacing({ firstMs: spacingMs, maxMs: maxSpacingMs });
    return { draft, backoff, spacing, seen: null, dueMs, waiting: true, busy: false };
  }

  #mayWrite(): boolean {
    return !this.#closed && this.#options.leadership.leading;
  }

  /** The state of the objects is unknown to a new leader: another has written meanwhile. */
  #lead(leading: boolean): void {
    if (leading) {
      this.#term++;
      const nowMs = this.#options.clock.monotonic();
      for (const [key, entry] of this.#entries) {
        entry.seen = null;
        this.#enqueue(key, entry, nowMs);
      }
    }
    this.#look();
    this.#proceed();
  }

  /** Reads those that wait, where they are many of a kind and it is not known how they are. */
  #look(): void {
    if (!this.#mayWrite() || this.#queue.size < LIST_FROM) return;
    const unseen = [...this.#queue].filter(([, { seen }]) => seen === null);
    for (const entries of Map.groupBy(unseen, ([, { draft }]) => `${draft.group}/${draft.version}/${draft.plural}`).values())
      if (entries.length >= LIST_FROM) this.#list(entries);
  }

  #list(entries: readonly (readonly [key: string, entry: Entry])[]): void {
    const term = this.#term;
    const abort = new AbortController();
    const { draft } = (entries[0] as (typeof entries)[number])[1];
    this.#lists.add(abort);
    this.#listing += entries.length;
    for (const [key, entry] of entries) {
      this.#queue.delete(key);
      entry.busy = true;
    }
    void readStatuses(this.#options.client, draft, new Set(entries.map(([, entry]) => nameOf(entry.draft.ref))), abort.signal)
      // Each is read by itself then, which has its own way of failing.
      .catch(() => new Map<string, SeenObject>())
      .then((found) => {
        this.#lists.delete(abort);
        this.#listing -= entries.length;
        for (const [key, entry] of entries) {
          if (term === this.#term) entry.seen = found.get(nameOf(entry.draft.ref)) ?? null;
          this.#release(key, entry);
        }
        this.#proceed();
      });
  }

  #release(key: string, entry: Entry): void {
    entry.busy = false;
    if (entry.waiting && this.#entries.get(key) === entry && !this.#closed) this.#queue.set(key, entry);
  }

  #enqueue(key: string, entry: Entry, dueMs: number): void {
    // Who waits already waits no longer for what comes meanwhile.
    if (!entry.waiting) entry.dueMs = Math.max(entry.dueMs, dueMs);
    entry.waiting = true;
    if (!entry.busy) this.#queue.set(key, entry);
  }

  #proceed(): void {
    const { clock, concurrency } = this.#options;
    const nowMs = clock.monotonic();
    let nextMs = Number.POSITIVE_INFINITY;
    if (this.#mayWrite()) {
      for (const [key, entry] of this.#queue) {
        if (this.#writing >= concurrency) break;
        if (entry.dueMs > nowMs) nextMs = Math.min(nextMs, entry.dueMs);
        else this.#begin(key, entry);
      }
    }
    this.#arm(nextMs);
    this.#metrics.pending(this.#queue.size + this.#listing + this.#writing);
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }

  #arm(dueMs: number): void {
    if (this.#timer?.dueMs === dueMs) return;
    void this.#timer?.timer.dispose();
    this.#timer = null;
    if (dueMs === Number.POSITIVE_INFINITY) return;
    const timer = this.#options.clock.after(Math.max(0, dueMs - this.#options.clock.monotonic()), () => {
      this.#timer = null;
      this.#look();
      this.#proceed();
    });
    this.#timer = { dueMs, timer };
  }

  #begin(key: string, entry: Entry): void {
    this.#queue.delete(key);
    entry.waiting = false;
    entry.busy = true;
    this.#writing++;
    void this.#write(entry).finally(() => {
      this.#writing--;
      this.#release(key, entry);
      this.#proceed();
    });
  }

  async #write(entry: Entry): Promise<void> {
    const { client, clock } = this.#options;
    const { draft } = entry;
    const { plural } = draft;
    entry.dueMs = entry.spacing.begin(clock.monotonic());
    try {
      const result = await writeStatus(draft, entry.seen, { client, clock, onConflict: () => this.#metrics.count(plural, 'conflict') });
      this.#finish(entry, plural, result);
    } catch (error) {
      this.#fail(entry, draft, asApiError('status', error));
    }
  }

  #finish(entry: Entry, plural: string, { outcome, seen }: WriteResult): void {
    this.#metrics.count(plural, outcome);
    this.#forbidden.delete(plural);
    entry.seen = seen;
    entry.backoff.reset();
  }

  #fail(entry: Entry, draft: StatusDraft, error: ApiError): void {
    const { clock, logger } = this.#options;
    const { ref, group, plural } = draft;
    const named = `${ref.namespace}/${ref.name}`;
    entry.seen = null;
    if (REFUSALS.has(error.code)) {
      this.#metrics.count(plural, 'refused');
      logger.error({ kind: ref.kind, ref: named, err: error }, 'the API server refuses a status; it stays as it is until there is another');
      return;
    }
    this.#metrics.count(plural, 'failed');
    const delayMs = Math.max(error.retryAfterMs ?? 0, entry.backoff.next());
    if (error.code === 'GW_K8S_FORBIDDEN') {
      const advice = rbacAdvice({ group, resource: `${plural}/status`, verbs: ['patch'] });
      if (!this.#forbidden.has(plural))
        logger.error({ kind: ref.kind, ref: named, err: error, advice }, 'statuses of a kind may not be written');
      this.#forbidden.add(plural);
    } else logger.debug({ kind: ref.kind, ref: named, err: error, delayMs }, 'a status could not be written; it is tried again');
    entry.dueMs = Math.max(entry.dueMs, clock.monotonic() + delayMs);
    entry.waiting = true;
  }
}

function keyOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind}/${namespace}/${name}`;
}

/** Owned lists are functions of whoever makes drafts, the same for a kind. */
function sameDraft(a: StatusDraft, b: StatusDraft): boolean {
  return a.generation === b.generation && a.uid === b.uid && a.version === b.version && isDeepStrictEqual(a.status, b.status);
}
