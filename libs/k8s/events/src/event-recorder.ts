import type { Disposable } from '@gibbon/contracts/module';
import type { Clock, Logger, Metrics, Random } from '@gibbon/contracts/services';
import type { Leadership } from '@gibbon/contracts/status';
import { asApiError, Backoff, rbacAdvice, type ApiError, type KubeClient } from '@gibbon/k8s-client';
import { writeEvent, type Told } from './write-event.ts';
import type { EventSource } from './event.ts';
import { EventMetrics } from './event-metrics.ts';
import { noticeKey, type Notice } from './notice.ts';
import { StandingNotices } from './standing-notices.ts';
import type { SubjectFinder } from './subject.ts';
import { TokenBucket } from './token-bucket.ts';

/** What an {@link EventRecorder} works with. */
export interface EventRecorderOptions {
  readonly client: KubeClient;
  readonly subjects: Pick<SubjectFinder, 'find'>;
  readonly source: EventSource;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly leadership: Leadership;
  /** What is withdrawn within this time is not told at all. Default 1 s. */
  readonly settleMs?: number;
  /** An API server keeps Events for an hour: what stands is told again after so long. Default 30 min. */
  readonly repeatMs?: number;
  /** Time between two writes of one Event. Default 10 s. */
  readonly spacingMs?: number;
}

/** A notice that is to be told. */
interface Entry {
  readonly notice: Notice;
  /** How it was told last, or `null`. */
  told: Told | null;
  /** Not before this time, monotonic milliseconds. */
  dueMs: number;
  busy: boolean;
}

const CONCURRENCY = 4;
const BURST = 50;
const PER_SECOND = 10;
/** Notices that were withdrawn and may come again. */
const MAX_PAST = 1000;

/** What another attempt will not mend: the request is refused, or the namespace is gone or going. */
const REFUSALS: ReadonlySet<string> = new Set(['GW_K8S_INVALID', 'GW_K8S_REFUSED', 'GW_K8S_NOT_FOUND', 'GW_K8S_FORBIDDEN']);

/**
 * Writes Events about objects, while this replica leads. A notice has one Event however often it is raised and by whom:
 * its count and time go up instead. Nothing waits for it; what is too much is dropped and counted.
 */
export class EventRecorder implements Disposable {
  readonly #options: Required<EventRecorderOptions>;
  readonly #metrics: EventMetrics;
  readonly #standing = new StandingNotices();
  readonly #entries = new Map<string, Entry>();
  readonly #past = new Map<string, Told>();
  readonly #bucket = new TokenBucket(BURST, PER_SECOND);
  readonly #backoff: Backoff;
  readonly #subscription: Disposable;
  #pausedUntilMs = 0;
  #writing = 0;
  #timer: { readonly dueMs: number; readonly timer: Disposable } | null = null;
  #closed = false;
  #forbidden = false;
  #idle: (() => void)[] = [];

  constructor(options: EventRecorderOptions) {
    this.#options = { settleMs: 1000, repeatMs: 30 * 60_000, spacingMs: 10_000, ...options };
    this.#metrics = new EventMetrics(options.metrics);
    this.#backoff = new Backoff({ firstMs: 500, maxMs: 60_000 }, options.random);
    this.#subscription = options.leadership.onChange(() => this.#lead());
  }

  /** The notice is true from now on. */
  raise(notice: Notice): void {
    if (this.#closed) return;
    const { known, told } = this.#standing.add(notice);
    if (told) this.#tell(notice);
    else if (!known) this.#metrics.count('dropped');
    this.#metrics.standing(this.#standing.size);
  }

  /** It is true no more. Its Event stays until the API server forgets it. */
  withdraw(notice: Notice): void {
    const next = this.#standing.remove(notice);
    this.#metrics.standing(this.#standing.size);
    const key = noticeKey(notice);
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    if (entry !== undefined && entry.told !== null) this.#remember(key, entry.told);
    if (next !== null && !this.#closed) this.#tell(next);
  }

  /** Resolves when nothing is being written and nothing is due. */
  async idle(): Promise<void> {
    while (this.#writing > 0 || (this.#mayWrite() && this.#isDue())) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Begins no more writes, and resolves when those under way have ended. */
  async dispose(): Promise<void> {
    this.#closed = true;
    void this.#subscription.dispose();
    void this.#timer?.timer.dispose();
    this.#entries.clear();
    await this.idle();
  }

  #tell(notice: Notice): void {
    const { clock, settleMs, spacingMs } = this.#options;
    const key = noticeKey(notice);
    const told = this.#past.get(key) ?? null;
    this.#past.delete(key);
    const dueMs = Math.max(clock.monotonic() + settleMs, told === null ? 0 : told.atMs + spacingMs);
    this.#entries.set(key, { notice, told, dueMs, busy: false });
    if (this.#mayWrite()) this.#arm(Math.min(dueMs, this.#timer?.dueMs ?? Number.POSITIVE_INFINITY));
  }

  #remember(key: string, told: Told): void {
    this.#past.set(key, told);
    const [oldest] = this.#past.keys();
    if (this.#past.size > MAX_PAST && oldest !== undefined) this.#past.delete(oldest);
  }

  #mayWrite(): boolean {
    return !this.#closed && this.#options.leadership.leading;
  }

  #isDue(): boolean {
    const nowMs = this.#options.clock.monotonic();
    return this.#entries.values().some(({ dueMs }) => dueMs <= nowMs);
  }

  /** Whoever led before has told some of it: their Events are found by their names. */
  #lead(): void {
    const nowMs = this.#options.clock.monotonic();
    for (const entry of this.#entries.values()) {
      entry.told = null;
      entry.dueMs = Math.min(entry.dueMs, nowMs);
    }
    this.#past.clear();
    this.#proceed();
  }

  #proceed(): void {
    const nowMs = this.#options.clock.monotonic();
    this.#arm(this.#mayWrite() ? this.#beginDue(nowMs) : Number.POSITIVE_INFINITY);
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }

  /** @returns when there may be something to begin next. */
  #beginDue(nowMs: number): number {
    if (nowMs < this.#pausedUntilMs) return this.#pausedUntilMs;
    let nextMs = Number.POSITIVE_INFINITY;
    for (const entry of this.#entries.values()) {
      if (this.#writing >= CONCURRENCY) return nextMs;
      if (entry.busy) continue;
      if (entry.dueMs > nowMs) nextMs = Math.min(nextMs, entry.dueMs);
      else if (this.#bucket.take(nowMs)) this.#begin(entry);
      else return Math.min(nextMs, this.#bucket.nextMs(nowMs));
    }
    return nextMs;
  }

  #arm(dueMs: number): void {
    if (this.#timer?.dueMs === dueMs) return;
    void this.#timer?.timer.dispose();
    this.#timer = null;
    if (dueMs === Number.POSITIVE_INFINITY) return;
    const timer = this.#options.clock.after(Math.max(0, dueMs - this.#options.clock.monotonic()), () => {
      this.#timer = null;
      this.#proceed();
    });
    this.#timer = { dueMs, timer };
  }

  #begin(entry: Entry): void {
    entry.busy = true;
    this.#writing++;
    void this.#write(entry).finally(() => {
      entry.busy = false;
      this.#writing--;
      this.#proceed();
    });
  }

  async #write(entry: Entry): Promise<void> {
    const { clock, random, repeatMs, subjects } = this.#options;
    const { notice } = entry;
    // Spread out, so that what began in one burst does not come in bursts for ever.
    entry.dueMs = clock.monotonic() + repeatMs * (0.8 + 0.2 * random.float());
    try {
      const subject = await subjects.find(notice.ref);
      if (subject === null) return;
      const told = await writeEvent({ notice, subject, told: entry.told }, this.#options);
      this.#metrics.count(told.isNew ? 'created' : 'repeated');
      entry.told = told;
      // Withdrawn meanwhile.
      if (this.#entries.get(noticeKey(notice)) !== entry) this.#remember(noticeKey(notice), told);
      this.#backoff.reset();
      this.#forbidden = false;
    } catch (error) {
      this.#fail(entry, asApiError('event', error));
    }
  }

  #fail(entry: Entry, error: ApiError): void {
    const { clock, logger } = this.#options;
    this.#metrics.count('failed');
    if (!REFUSALS.has(error.code)) {
      this.#pausedUntilMs = clock.monotonic() + Math.max(error.retryAfterMs ?? 0, this.#backoff.next());
      entry.dueMs = this.#pausedUntilMs;
      return;
    }
    const { kind, namespace, name } = entry.notice.ref;
    const fields = { kind, ref: `${namespace}/${name}`, err: error };
    if (error.code !== 'GW_K8S_FORBIDDEN') logger.debug(fields, 'the API server refuses an event');
    else if (!this.#forbidden) {
      this.#forbidden = true;
      const advice = rbacAdvice({ group: '', resource: 'events', verbs: ['create', 'patch'] });
      logger.warn({ ...fields, advice }, 'an event about an object may not be written');
    }
  }
}
