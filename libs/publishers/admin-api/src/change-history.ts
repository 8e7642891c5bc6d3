import type { Configuration, ConfigurationDelta } from '@gibbon/contracts/entities';
import type { ConfigurationChange } from '@gibbon/contracts/publisher';
import { mergeDeltas } from '@gibbon/model';

/** Changes kept: a target that is further behind gets the whole, which is then cheaper than following. */
const MAX_STEPS = 256;

interface Step {
  readonly from: number;
  readonly to: number;
  readonly delta: ConfigurationDelta | null;
}

/** The latest configuration, and how it came to be from those before: what all targets of a publisher are brought from. */
export class ChangeHistory {
  #latest: ConfigurationChange | null = null;
  #steps: Step[] = [];
  /** Most targets are at the same revision. */
  #merged: { readonly from: number; readonly to: number; readonly delta: ConfigurationDelta } | null = null;

  /** Revision to bring targets to; 0 before the first change. */
  get revision(): number {
    return this.#latest?.revision ?? 0;
  }

  /** Follows a change; one of the same revision is the same change. */
  add(change: ConfigurationChange): void {
    if (change.revision === this.#latest?.revision) return;
    this.#steps.push({ from: this.revision, to: change.revision, delta: change.delta });
    if (this.#steps.length > MAX_STEPS) this.#steps.shift();
    this.#latest = change;
    this.#merged = null;
  }

  /** The latest configuration as a whole. Call after the first change only. */
  full(): Configuration {
    if (this.#latest === null) throw new Error('there is no configuration yet');
    return this.#latest.full();
  }

  /** What leads from a revision to the latest; `null` when that is not known any more. */
  since(revision: number): ConfigurationDelta | null {
    if (revision === this.revision) return {};
    if (this.#merged?.from === revision) return this.#merged.delta;
    const first = this.#steps.findIndex(({ from }) => from === revision);
    if (first === -1) return null;
    let delta: ConfigurationDelta = {};
    for (const step of this.#steps.slice(first)) {
      if (step.delta === null) return null;
      delta = mergeDeltas(delta, step.delta);
    }
    this.#merged = { from: revision, to: this.revision, delta };
    return delta;
  }
}
