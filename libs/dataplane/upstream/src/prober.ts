import type { Disposable } from '@gibbon/contracts/module';
import type { Clock } from '@gibbon/contracts/services';
import type { ActiveChecks } from './health-checks.ts';
import type { HealthTable } from './health-table.ts';
import type { TargetPeer } from './peers.ts';

/** How often it is looked whether probes are due. Milliseconds; Kong's. */
const TICK_MS = 100;

/** Probes of an upstream, and the addresses to probe at the time. */
export interface ProbeJob {
  readonly checks: ActiveChecks;
  peers(): readonly TargetPeer[];
}

/** Runs active checks at their intervals. One per node, on the main thread. */
export class Prober implements Disposable {
  readonly #clock: Clock;
  readonly #table: HealthTable;
  readonly #rounds = new Set<ProbeRounds>();
  #timer: Disposable | null = null;

  constructor(clock: Clock, table: HealthTable) {
    this.#clock = clock;
    this.#table = table;
  }

  /** Probes from one interval on until the job is disposed; probes under way are aborted then. */
  add(job: ProbeJob): Disposable {
    const { availableIntervalMs, unavailableIntervalMs } = job.checks;
    const abort = new AbortController();
    const rounds = [
      new ProbeRounds(job, this.#table, abort.signal, { wantAvailable: true, intervalMs: availableIntervalMs }),
      new ProbeRounds(job, this.#table, abort.signal, { wantAvailable: false, intervalMs: unavailableIntervalMs }),
    ].filter(({ intervalMs }) => intervalMs > 0);
    for (const each of rounds) {
      each.dueMs = this.#clock.monotonic() + each.intervalMs;
      this.#rounds.add(each);
    }
    this.#timer ??= this.#clock.every(TICK_MS, () => this.#tick());
    return {
      dispose: () => {
        abort.abort();
        for (const each of rounds) this.#rounds.delete(each);
        if (this.#rounds.size === 0) this.dispose();
      },
    };
  }

  dispose(): void {
    void this.#timer?.dispose();
    this.#timer = null;
  }

  #tick(): void {
    const now = this.#clock.monotonic();
    for (const rounds of this.#rounds) {
      if (now < rounds.dueMs) continue;
      rounds.dueMs = now + rounds.intervalMs;
      void rounds.run();
    }
  }
}

/** The probes of one interval: of the addresses that are available, or of those that are not. */
class ProbeRounds {
  readonly intervalMs: number;
  dueMs = 0;
  readonly #wantAvailable: boolean;
  readonly #job: ProbeJob;
  readonly #table: HealthTable;
  readonly #signal: AbortSignal;
  #running = false;

  constructor(
    job: ProbeJob,
    table: HealthTable,
    signal: AbortSignal,
    kind: { readonly wantAvailable: boolean; readonly intervalMs: number },
  ) {
    this.#job = job;
    this.#table = table;
    this.#signal = signal;
    this.#wantAvailable = kind.wantAvailable;
    this.intervalMs = kind.intervalMs;
  }

  /** One round, unless the previous one still goes on. Never rejects. */
  async run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    const due = this.#job.peers().filter(({ slot }) => slot !== -1 && this.#table.isAvailable(slot) === this.#wantAvailable);
    const queue = due.values();
    const lanes = Math.min(this.#job.checks.concurrency, due.length);
    await Promise.all(Array.from({ length: lanes }, () => this.#lane(queue)));
    this.#running = false;
  }

  /** Probes one after the other from the queue that all lanes share. */
  async #lane(queue: IterableIterator<TargetPeer>): Promise<void> {
    const { check, limits } = this.#job.checks;
    for (const peer of queue) {
      if (this.#signal.aborted) return;
      const report = await check.probe(peer, this.#signal).catch(() => 'ignore' as const);
      // The address may be gone, and its place taken, since the probe began.
      if (peer.slot !== -1 && !this.#signal.aborted) this.#table.report(peer.slot, report, limits);
    }
  }
}
