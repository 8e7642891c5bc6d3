import type { Disposable } from '@gibbon/contracts/module';
import type { ConfigurationChange, ProxyTarget, ProxyTargets, Publisher, PublishResult, Rejection } from '@gibbon/contracts/publisher';
import type { ChangeHistory } from './change-history.ts';
import { TargetLane, type LaneServices } from './target-lane.ts';

/** How long a publisher waits. Milliseconds. */
export interface PublisherTimes {
  /** How long the others are waited for when one target has confirmed. */
  readonly graceMs: number;
  /** How often idle targets are asked what they serve. */
  readonly statusIntervalMs: number;
}

/**
 * Publishes to many proxies, each at its own pace. `publish` resolves when every target has confirmed or fails, and no
 * later than the grace after the first has confirmed. It counts as applied when at least one has; those that have not are
 * the error, by URL, and go on being tried.
 */
export class AdminApiPublisher implements Publisher, Disposable {
  readonly #services: LaneServices;
  readonly #times: PublisherTimes;
  readonly #owned: Disposable[] = [];
  readonly #lanes = new Map<string, TargetLane>();
  #check: (() => void) | null = null;
  #changed: ((state: PublishResult) => void) | null = null;
  #reported = '';

  constructor(targets: readonly ProxyTargets[], services: LaneServices, times: PublisherTimes) {
    this.#services = services;
    this.#times = times;
    const sets = targets.map((): readonly ProxyTarget[] => []);
    for (const [index, set] of targets.entries()) {
      this.#owned.push(
        set.observe((now) => {
          sets[index] = now;
          this.#follow(sets.flat());
        }),
      );
    }
    this.#owned.push(services.clock.every(times.statusIntervalMs, () => this.#checkAll()));
  }

  /** Targets as metrics show them. */
  *targets(): Iterable<{ readonly name: string; readonly up: boolean }> {
    for (const { target, failure, confirmed } of this.#lanes.values())
      yield { name: target.name, up: failure === null && confirmed !== null };
  }

  observe(changed: (state: PublishResult) => void): void {
    this.#changed = changed;
  }

  async publish(change: ConfigurationChange, signal: AbortSignal): Promise<PublishResult> {
    if (signal.aborted) return { applied: false, rejected: [], error: 'the control plane is stopping' };
    this.#history.add(change);
    const settled = this.#settled(signal);
    for (const lane of this.#lanes.values()) lane.wake();
    await settled;
    this.#check = null;
    const result = this.#result();
    this.#reported = JSON.stringify(result);
    return result;
  }

  dispose(): void {
    this.#changed = null;
    for (const owned of this.#owned.splice(0)) void owned.dispose();
    this.#follow([]);
  }

  get #history(): ChangeHistory {
    return this.#services.history;
  }

  /** The set of targets is another. Those that stay keep their state. */
  #follow(targets: readonly ProxyTarget[]): void {
    const wanted = new Map(targets.map((target) => [`${target.url} ${target.servername ?? ''}`, target]));
    for (const [key, lane] of this.#lanes) {
      if (wanted.has(key)) continue;
      lane.dispose();
      this.#lanes.delete(key);
    }
    for (const [key, target] of wanted) {
      const known = this.#lanes.get(key);
      if (known !== undefined) {
        known.nudge();
        continue;
      }
      const lane = new TargetLane(target, this.#services, () => this.#laneChanged());
      this.#lanes.set(key, lane);
      lane.wake();
    }
    this.#laneChanged();
  }

  #checkAll(): void {
    for (const lane of this.#lanes.values()) lane.check();
  }

  #laneChanged(): void {
    if (this.#check !== null) this.#check();
    else if (this.#history.revision > 0) this.#report();
  }

  #report(): void {
    const result = this.#result();
    const text = JSON.stringify(result);
    if (text === this.#reported) return;
    this.#reported = text;
    this.#changed?.(result);
  }

  #settled(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let grace: Disposable | null = null;
    this.#check = () => {
      const lanes = [...this.#lanes.values()];
      if (lanes.every((lane) => this.#isConfirmed(lane) || lane.failure !== null)) resolve();
      else if (lanes.some((lane) => this.#isConfirmed(lane))) grace ??= this.#services.clock.after(this.#times.graceMs, resolve);
    };
    const abort = (): void => resolve();
    signal.addEventListener('abort', abort, { once: true });
    // Lanes at the end of a round of their own may have confirmed already.
    queueMicrotask(() => this.#check?.());
    return promise.finally(() => {
      void grace?.dispose();
      signal.removeEventListener('abort', abort);
    });
  }

  #isConfirmed({ confirmed, failure }: TargetLane): boolean {
    return failure === null && confirmed?.revision === this.#history.revision;
  }

  #result(): PublishResult {
    const lanes = [...this.#lanes.values()];
    if (lanes.length === 0) return { applied: false, rejected: [], error: 'no proxy is known that could be configured' };
    const missing = lanes.filter((lane) => !this.#isConfirmed(lane));
    const errors = missing.map(({ target, failure }) => failure ?? `${target.url}: it has not confirmed the configuration yet`);
    return {
      applied: missing.length < lanes.length,
      rejected: rejectedBy(lanes),
      error: errors.length === 0 ? null : errors.sort().join('; '),
    };
  }
}

/** What any target refuses, once. */
function rejectedBy(lanes: readonly TargetLane[]): readonly Rejection[] {
  const all = lanes.flatMap(({ confirmed }) => confirmed?.rejected ?? []);
  return [...new Map(all.map((one) => [JSON.stringify([one.type, one.id, one.field, one.message]), one])).values()];
}
