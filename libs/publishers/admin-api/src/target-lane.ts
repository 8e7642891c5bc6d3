import type { Disposable } from '@gibbon/contracts/module';
import type { ProxyTarget } from '@gibbon/contracts/publisher';
import type { Clock, HttpClient, Logger, Random } from '@gibbon/contracts/services';
import { AdminClient, type ClientSettings, type TargetError } from './admin-client.ts';
import type { ChangeHistory } from './change-history.ts';
import { GibbonProtocol } from './gibbon-protocol.ts';
import { identify } from './identify.ts';
import { KongProtocol } from './kong-protocol.ts';
import type { Confirmed, TargetProtocol } from './protocol.ts';
import type { PlaneHistories } from './plane-histories.ts';
import type { TargetMetrics } from './target-metrics.ts';

/** What all lanes of a publisher share. */
export interface LaneServices {
  readonly histories: PlaneHistories;
  readonly http: HttpClient;
  readonly settings: ClientSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: TargetMetrics;
  /** What Kongs are warned of when the configuration is written for Gibbon. */
  readonly profileKind: 'gibbon' | 'kong';
}

/**
 * Where a target stands: its plane has no configuration, it serves the latest, it could not be configured the last time, it
 * was `late` for a publication and has confirmed nothing since, or it is about to confirm.
 */
export type LaneState = 'idle' | 'current' | 'failing' | 'late' | 'pending';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 1000;
/** A new target is found as soon as it has an address, and listens some time later: so long that is nothing to warn of. */
const STARTING_MS = 10_000;
/** Those of a Gateway may be many that are made at once. */
const STARTING_OF_PLANE_MS = 30_000;
/** It is waited for more impatiently, as nobody is served by it before it is configured. */
const STARTING_RETRY_MS = 200;

/**
 * Keeps one target at the latest configuration of its plane, by itself: one request at a time, what changes meanwhile in one piece
 * afterwards, again and again after failures, and from the beginning when the target has lost what it had.
 */
export class TargetLane {
  readonly #services: LaneServices;
  readonly #changed: () => void;
  readonly #abort = new AbortController();
  readonly #client: AdminClient;
  readonly #history: ChangeHistory;
  #late = false;
  #protocol: TargetProtocol | null = null;
  #confirmed: Confirmed | null = null;
  #failure: string | null = null;
  /** The failure that a warning told of, until it is over. */
  #warned: string | null = null;
  #running = false;
  #retry: Disposable | null = null;
  #retryMs = FIRST_RETRY_MS;
  readonly #bornMs: number;

  /** @param changed called whenever the target has confirmed something or begins to fail. */
  constructor(target: ProxyTarget, services: LaneServices, changed: () => void) {
    this.#services = services;
    this.#changed = changed;
    this.#client = new AdminClient(target, { http: services.http, settings: services.settings, signal: this.#abort.signal });
    this.#history = services.histories.of(target.plane);
    this.#bornMs = services.clock.monotonic();
  }

  /** As its discovery described it last. */
  get target(): ProxyTarget {
    return this.#client.target;
  }

  get state(): LaneState {
    if (this.#history.revision === 0) return 'idle';
    if (this.#failure !== null) return 'failing';
    if (this.#confirmed?.revision === this.#history.revision) return 'current';
    return this.#late ? 'late' : 'pending';
  }

  /** What the target serves, as far as is known. */
  get confirmed(): Confirmed | null {
    return this.#confirmed;
  }

  /** Why it could not be configured the last time, or `null`. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Whether it is new and has never been configured: it may take a moment to listen. */
  get isStarting(): boolean {
    const startingMs = this.target.plane === undefined ? STARTING_MS : STARTING_OF_PLANE_MS;
    return this.#confirmed === null && this.#services.clock.monotonic() - this.#bornMs < startingMs;
  }

  /** The same target, described anew: from now on it goes by that name, and is talked to with those certificates. */
  describe(target: ProxyTarget): void {
    this.#client.target = target;
  }

  /** A publication has waited for it long enough. */
  tooLate(): void {
    this.#late = true;
  }

  /** There is something to bring. A target that fails gets it when it is tried again. */
  wake(): void {
    if (this.#retry === null && !this.#isCurrent()) void this.#run(() => this.#bring());
  }

  /** Looks whether an idle target still has what it confirmed. */
  check(): void {
    if (this.#retry === null && this.#confirmed !== null) void this.#run(() => this.#verify());
  }

  /** Something happened to the target, e.g. it became ready: no reason to wait any longer. */
  nudge(): void {
    if (this.#retry === null) return this.check();
    void this.#retry.dispose();
    this.#retry = null;
    void this.#run(() => this.#tryAgain());
  }

  /** Ends what is under way. */
  dispose(): void {
    this.#abort.abort();
    void this.#retry?.dispose();
    this.#retry = null;
  }

  async #run(work: () => Promise<void>): Promise<void> {
    if (this.#running || this.#abort.signal.aborted) return;
    this.#running = true;
    try {
      await work();
      // What came while this was under way.
      while (!this.#isCurrent()) await this.#bring();
      this.#succeed();
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#fail(error as TargetError);
    } finally {
      this.#running = false;
    }
    if (!this.#abort.signal.aborted) this.#changed();
  }

  #isCurrent(): boolean {
    const { revision } = this.#history;
    return revision === 0 || this.#abort.signal.aborted || this.#confirmed?.revision === revision;
  }

  async #verify(): Promise<void> {
    const hash = await this.#client.hash();
    if (this.#confirmed === null || hash === this.#confirmed.hash) return;
    this.#services.logger.info(
      { target: this.target.name, url: this.target.url },
      'a proxy does not serve what it confirmed, and is configured again',
    );
    this.#confirmed = null;
    this.#protocol = null;
  }

  async #bring(): Promise<void> {
    const { metrics, clock, logger } = this.#services;
    if (this.#isCurrent()) return;
    const begunMs = clock.monotonic();
    this.#protocol ??= await this.#meet();
    const { confirmed, mode } = await this.#protocol.bring(this.#history, this.#confirmed);
    const first = this.#confirmed === null;
    this.#confirmed = confirmed;
    this.#late = false;
    const durationMs = clock.monotonic() - begunMs;
    metrics.pushed(mode, durationMs);
    const { name, url } = this.target;
    if (first) logger.info({ target: name, url, mode, durationMs }, 'a proxy is configured');
    else logger.debug({ target: name, revision: confirmed.revision, mode, durationMs, rejected: confirmed.rejected.length }, 'pushed');
  }

  async #meet(): Promise<TargetProtocol> {
    const { logger, profileKind } = this.#services;
    const { texts } = this.#history;
    const { kind, version } = await identify(this.#client);
    const { name, url } = this.target;
    if (kind === 'kong' && profileKind === 'gibbon')
      logger.warn({ target: name, url, version }, 'this is a Kong, and the configuration is written for Gibbon: set the target');
    return kind === 'gibbon' ? new GibbonProtocol(this.#client, texts) : new KongProtocol(this.#client, texts);
  }

  #succeed(): void {
    if (this.#warned !== null) this.#services.logger.info({ target: this.target.name, url: this.target.url }, 'a proxy is reached again');
    this.#failure = null;
    this.#warned = null;
    this.#retryMs = FIRST_RETRY_MS;
  }

  #fail(error: TargetError): void {
    const { clock, random, logger, metrics } = this.#services;
    metrics.failed();
    const { isStarting } = this;
    const line = { target: this.target.name, problem: error.message };
    if (isStarting) logger.debug(line, 'a new proxy cannot be configured yet');
    else if (this.#warned !== error.message) logger.warn(line, 'a proxy cannot be configured');
    if (!isStarting) this.#warned = error.message;
    this.#failure = error.message;
    // Many lanes that fail together should not come back together.
    const delayMs = Math.max(this.#retryMs * (0.5 + random.float() / 2), error.retryAfterMs ?? 0);
    this.#retryMs = Math.min(this.#retryMs * 2, isStarting ? STARTING_RETRY_MS : LAST_RETRY_MS);
    this.#retry = clock.after(delayMs, () => {
      this.#retry = null;
      void this.#run(() => this.#tryAgain());
    });
  }

  /** It may have been restarted, or replaced by something else. */
  async #tryAgain(): Promise<void> {
    if (this.#confirmed !== null) await this.#verify();
    await this.#bring();
  }
}
