import type { Disposable } from '@gibbon/contracts/module';
import type { Clock } from '@gibbon/contracts/services';

/** What {@link Rollouts} work with. */
export interface RolloutsOptions {
  readonly clock: Clock;
  /** Whether a Deployment has nothing but pods of its latest kind, all available; one that is gone has. Must not reject. */
  readonly isDone: (key: string) => Promise<boolean>;
}

/** So many Deployments change their pods at a time. */
const MAX_ROLLOUTS = 4;
/** One that takes longer is not waited for: its Gateway may be broken, which is no reason for others to stay as they were. */
const LIMIT_MS = 120_000;
const POLL_MS = 1000;

/** Bounds how many Deployments replace their pods at once: an image that is another one concerns all Gateways. */
export class Rollouts implements Disposable {
  readonly #options: RolloutsOptions;
  readonly #running = new Map<string, { timer: Disposable | null }>();

  constructor(options: RolloutsOptions) {
    this.#options = options;
  }

  /** @returns whether the Deployment may be changed now; if not, to be asked again later. */
  begin(key: string): boolean {
    if (this.#running.has(key)) return true;
    if (this.#running.size >= MAX_ROLLOUTS) return false;
    const rollout = { timer: null };
    this.#running.set(key, rollout);
    this.#wait(key, rollout, this.#options.clock.monotonic() + LIMIT_MS);
    return true;
  }

  dispose(): void {
    for (const { timer } of this.#running.values()) void timer?.dispose();
    this.#running.clear();
  }

  #wait(key: string, rollout: { timer: Disposable | null }, untilMs: number): void {
    const { clock, isDone } = this.#options;
    rollout.timer = clock.after(POLL_MS, () => {
      rollout.timer = null;
      void isDone(key).then((done) => {
        if (this.#running.get(key) !== rollout) return;
        if (done || clock.monotonic() >= untilMs) this.#running.delete(key);
        else this.#wait(key, rollout, untilMs);
      });
    });
  }
}
