import type { Disposable } from '@gibbon/contracts/module';
import type { Clock, Logger, Random } from '@gibbon/contracts/services';
import type { Leadership } from '@gibbon/contracts/status';
import { asApiError, pause, type KubeClient } from '@gibbon/k8s-client';
import { isDeepStrictEqual } from 'node:util';
import { heldSpec, LEASES, releasedSpec, type Lease, type LeaseSpec } from './lease.ts';

/** Who elects, and how fast. The times are client-go's defaults; they must fall in the order in which they stand. */
export interface LeaderElectionOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Where the Lease is, and its name: the same for all replicas. */
  readonly namespace: string;
  readonly name: string;
  /** This replica's name, unlike any other's: host name and a UUID. */
  readonly identity: string;
  /** After so long without a renewal others take over. Default 15 s. */
  readonly leaseDurationMs?: number;
  /** After so long without a renewal the leader stops to lead. Default 10 s. */
  readonly renewDeadlineMs?: number;
  /** Time between attempts. Default 2 s. */
  readonly retryPeriodMs?: number;
}

/** Followers wait up to so many times longer, so that not all of them ask at once. */
const JITTER = 1.2;

/**
 * Elects one of several replicas by a Lease.
 *
 * Times of other machines are not compared with ours: a lease has expired when it was not seen to change for its whole
 * duration, by our monotonic clock. Two replicas lead at once only where the clocks of their machines run at speeds
 * that differ by more than lease duration to renewal deadline.
 * @see https://pkg.go.dev/k8s.io/client-go/tools/leaderelection
 */
export class LeaderElection implements Leadership, Disposable {
  readonly #options: Required<LeaderElectionOptions>;
  readonly #listeners = new Set<(leading: boolean) => void>();
  readonly #end = new AbortController();
  #leading = false;
  #running: Promise<void> | null = null;
  /** The lease as it was last seen to change, and when: monotonic milliseconds. */
  #observed: Lease | null = null;
  #observedMs = 0;
  #renewedMs = 0;
  /** Why attempts fail, to say it once. */
  #failure = '';

  /** @throws RangeError when the times do not fall in their order. */
  constructor(options: LeaderElectionOptions) {
    this.#options = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2_000, ...options };
    const { leaseDurationMs, renewDeadlineMs, retryPeriodMs } = this.#options;
    if (leaseDurationMs <= renewDeadlineMs || renewDeadlineMs <= retryPeriodMs * JITTER)
      throw new RangeError(
        `leader election: the lease duration (${leaseDurationMs} ms) must exceed the renewal deadline (${renewDeadlineMs} ms), and that the retry period (${retryPeriodMs} ms) by a fifth`,
      );
  }

  get leading(): boolean {
    return this.#leading;
  }

  /** Identity of the leader as last seen; empty when nobody leads. */
  get holder(): string {
    return this.#observed?.spec?.holderIdentity ?? '';
  }

  onChange(listener: (leading: boolean) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  /** Begins to stand for election. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Stops; a leader gives the lease back, so that another takes over at once. */
  async dispose(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    const { clock, random, retryPeriodMs } = this.#options;
    while (!signal.aborted) {
      if (await this.#attempt(this.#options.renewDeadlineMs)) {
        this.#become(true);
        await this.#lead(signal);
        // Stops to lead before the lease is given back.
        this.#become(false);
      } else await pause(clock, retryPeriodMs * (1 + JITTER * random.float()), signal);
    }
    await this.#release();
  }

  /** Renews until that has failed for too long. */
  async #lead(signal: AbortSignal): Promise<void> {
    const { clock, logger, name, namespace, renewDeadlineMs, retryPeriodMs } = this.#options;
    for (;;) {
      const leftMs = (): number => this.#renewedMs + renewDeadlineMs - clock.monotonic();
      await pause(clock, Math.min(retryPeriodMs, leftMs()), signal);
      if (signal.aborted) return;
      if (leftMs() > 0 && (await this.#attempt(leftMs()))) continue;
      if (!this.#isHeldByOther() && leftMs() > 0) continue;
      logger.warn({ lease: `${namespace}/${name}`, holder: this.holder }, 'leadership lost');
      return;
    }
  }

  /** Takes or renews the lease. @returns whether it is ours. */
  async #attempt(timeoutMs: number): Promise<boolean> {
    const { clock, logger } = this.#options;
    const limit = new AbortController();
    const abort = (): void => limit.abort();
    const timer = clock.after(timeoutMs, abort);
    this.#end.signal.addEventListener('abort', abort);
    // The lease counts from when we asked, not from when the answer came.
    const askedMs = clock.monotonic();
    try {
      const ours = await this.#takeOrRenew(limit.signal);
      if (ours) this.#renewedMs = askedMs;
      this.#failure = '';
      return ours;
    } catch (error) {
      const failure = asApiError('lease', error);
      // A conflict means that somebody else was faster: the next attempt sees who.
      if (this.#end.signal.aborted || failure.code === 'GW_K8S_CONFLICT' || failure.code === this.#failure) return false;
      this.#failure = failure.code;
      logger.warn({ err: failure }, 'the lease for leader election cannot be had');
      return false;
    } finally {
      void timer.dispose();
      this.#end.signal.removeEventListener('abort', abort);
    }
  }

  async #takeOrRenew(signal: AbortSignal): Promise<boolean> {
    const { client, namespace, name, identity, leaseDurationMs, clock } = this.#options;
    const path = { namespace, name };
    const request = { signal };
    const found = await client.get<Lease>(LEASES, path, request).catch((error: unknown) => {
      if (asApiError('get', error).code === 'GW_K8S_NOT_FOUND') return null;
      throw error;
    });
    const holder = { identity, durationMs: leaseDurationMs, wallMs: clock.now() };
    if (found === null) {
      const metadata = { namespace, name };
      this.#observe(
        await client.create<Lease>(
          LEASES,
          { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: heldSpec(null, holder) },
          request,
        ),
      );
      return true;
    }
    this.#observe(found);
    if (this.#isHeldByOther()) return false;
    this.#observe(await client.update<Lease>(LEASES, { ...found, spec: heldSpec(found.spec ?? {}, holder) }, request));
    return true;
  }

  /** Whether another replica has a lease that has not expired. */
  #isHeldByOther(): boolean {
    const { clock, identity, leaseDurationMs } = this.#options;
    const spec: LeaseSpec = this.#observed?.spec ?? {};
    if (spec.holderIdentity === undefined || spec.holderIdentity === '' || spec.holderIdentity === identity) return false;
    // The holder's own duration counts, which may be configured otherwise than ours.
    const durationMs = spec.leaseDurationSeconds === undefined ? leaseDurationMs : spec.leaseDurationSeconds * 1000;
    return this.#observedMs + durationMs > clock.monotonic();
  }

  #observe(lease: Lease): void {
    if (isDeepStrictEqual(lease.spec, this.#observed?.spec)) {
      this.#observed = lease;
      return;
    }
    this.#observed = lease;
    this.#observedMs = this.#options.clock.monotonic();
  }

  #become(leading: boolean): void {
    if (this.#leading === leading) return;
    this.#leading = leading;
    const { logger, namespace, name, identity } = this.#options;
    logger.info({ lease: `${namespace}/${name}`, identity, leading }, 'leadership changed');
    for (const listener of [...this.#listeners]) listener(leading);
  }

  async #release(): Promise<void> {
    const { client, identity, clock, logger, retryPeriodMs } = this.#options;
    const held = this.#observed;
    if (held?.spec?.holderIdentity !== identity) return;
    try {
      await client.update<Lease>(LEASES, { ...held, spec: releasedSpec(held.spec, clock.now()) }, { timeoutMs: retryPeriodMs });
    } catch (error) {
      logger.info({ err: error }, 'the lease could not be given back; others wait until it expires');
    }
  }
}

/** Leadership of a process that has no other beside it. */
export const ALWAYS_LEADING: Leadership = Object.freeze({ leading: true, onChange: () => ({ dispose: () => {} }) });
