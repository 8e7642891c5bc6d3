import type { Disposable } from '@gibbon/contracts/module';
import type {
  ConfigurationChange,
  ProxyTarget,
  ProxyTargets,
  Publisher,
  PublishResult,
  Rejection,
  TargetReport,
} from '@gibbon/contracts/publisher';
import { SHARED_PLANE } from '@gibbon/contracts/translator';
import { Publication } from './publication.ts';
import { TargetLane, type LaneServices } from './target-lane.ts';

/** How long a publisher waits. Milliseconds. */
export interface PublisherTimes {
  /** How long the others are waited for when one target has confirmed. */
  readonly graceMs: number;
  /** How often idle targets are asked what they serve. */
  readonly statusIntervalMs: number;
}

const MAX_ERRORS = 5;

/**
 * Publishes to many proxies, each at its own pace and each the configuration of its plane. `publish` resolves when every target
 * that serves has confirmed or fails, and no later than the grace after that. It counts as applied when at least one target
 * serves the latest of its plane; those that fail are the error, by URL, and go on being tried.
 */
export class AdminApiPublisher implements Publisher, Disposable {
  readonly #services: LaneServices;
  readonly #times: PublisherTimes;
  readonly #owned: Disposable[] = [];
  readonly #lanes = new Map<string, TargetLane>();
  #publication: Publication | null = null;
  #changed: ((state: PublishResult) => void) | null = null;
  readonly #origins: readonly ProxyTargets[];
  #reported = '';

  constructor(targets: readonly ProxyTargets[], services: LaneServices, times: PublisherTimes) {
    this.#services = services;
    this.#times = times;
    this.#origins = targets;
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

  targets(): readonly TargetReport[] {
    return Array.from(this.#lanes.values(), ({ target, state, confirmed, failure }) => ({
      name: target.name,
      url: target.url,
      plane: target.plane ?? SHARED_PLANE,
      state,
      revision: confirmed?.revision ?? null,
      hash: confirmed?.hash ?? null,
      error: failure,
    }));
  }

  observe(changed: (state: PublishResult) => void): void {
    this.#changed = changed;
  }

  async publish(change: ConfigurationChange, signal: AbortSignal): Promise<PublishResult> {
    if (signal.aborted) return { applied: false, rejected: [], error: 'the control plane is stopping' };
    this.#services.histories.add(change);
    this.#forgetPlanes();
    const { clock } = this.#services;
    const publication = new Publication({ lanes: () => [...this.#lanes.values()], clock, graceMs: this.#times.graceMs });
    this.#publication = publication;
    for (const lane of this.#lanes.values()) lane.wake();
    await publication.settled(signal);
    this.#publication = null;
    const result = this.#result();
    this.#reported = JSON.stringify(result);
    return result;
  }

  dispose(): void {
    this.#changed = null;
    for (const owned of this.#owned.splice(0)) void owned.dispose();
    this.#follow([]);
  }

  /** The set of targets is another. Those that stay keep their state. */
  #follow(targets: readonly ProxyTarget[]): void {
    const wanted = new Map(targets.map((target) => [`${target.url} ${target.servername ?? ''} ${target.plane ?? ''}`, target]));
    for (const [key, lane] of this.#lanes) {
      if (wanted.has(key)) continue;
      lane.dispose();
      this.#lanes.delete(key);
    }
    for (const [key, target] of wanted) {
      const known = this.#lanes.get(key);
      if (known !== undefined) {
        // The same object: nothing has happened to it.
        if (known.target === target) continue;
        known.describe(target);
        known.nudge();
        continue;
      }
      const lane = new TargetLane(target, this.#services, () => this.#laneChanged());
      this.#lanes.set(key, lane);
      lane.wake();
    }
    this.#forgetPlanes();
    this.#laneChanged();
  }

  #forgetPlanes(): void {
    this.#services.histories.keep(new Set([...this.#lanes.values()].map(({ target }) => target.plane ?? SHARED_PLANE)));
  }

  #checkAll(): void {
    for (const lane of this.#lanes.values()) lane.check();
  }

  #laneChanged(): void {
    if (this.#publication !== null) this.#publication.check();
    else if (this.#services.histories.revision > 0) this.#report();
  }

  #report(): void {
    const result = this.#result();
    const text = JSON.stringify(result);
    if (text === this.#reported) return;
    this.#reported = text;
    this.#changed?.(result);
  }

  #result(): PublishResult {
    const lanes = [...this.#lanes.values()].filter(({ state }) => state !== 'idle');
    if (lanes.length === 0) return this.#nobody();
    const applied = lanes.some(({ state }) => state === 'current');
    // Who is just starting is nothing to complain of while others serve.
    const isQuiet = ({ state, isStarting }: TargetLane): boolean => state === 'pending' || (state === 'failing' && isStarting);
    const missing = lanes.filter((lane) => lane.state !== 'current' && !(applied && isQuiet(lane)));
    const errors = missing.map(({ target, failure }) => failure ?? `${target.url}: it has not confirmed the configuration yet`);
    const expected = !applied && missing.every((lane) => isQuiet(lane) && lane.isStarting) ? { expected: true } : {};
    return { applied, rejected: rejectedBy(lanes), error: errors.length === 0 ? null : listed(errors), ...expected };
  }

  #nobody(): PublishResult {
    const expected = this.#origins.some(({ standby = false }) => standby) ? { expected: true } : {};
    return { applied: false, rejected: [], error: 'no proxy is known that could be configured', idle: true, ...expected };
  }
}

/** Text of a bounded length: Gateways may have hundreds of proxies. */
function listed(errors: readonly string[]): string {
  const told = errors.toSorted().slice(0, MAX_ERRORS);
  return [...told, ...(errors.length > told.length ? [`${errors.length - told.length} more`] : [])].join('; ');
}

/** What any target refuses, once. */
function rejectedBy(lanes: readonly TargetLane[]): readonly Rejection[] {
  const all = lanes.flatMap(({ confirmed }) => confirmed?.rejected ?? []);
  return [...new Map(all.map((one) => [JSON.stringify([one.type, one.id, one.field, one.message]), one])).values()];
}
