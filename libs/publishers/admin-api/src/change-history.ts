import type { Configuration, ConfigurationDelta } from '@gibbon/contracts/entities';
import type { ConfigurationChange } from '@gibbon/contracts/publisher';
import { contentDigest, diff, isEmptyDelta, mergeDeltas } from '@gibbon/model';
import { TextCache } from './text-cache.ts';

/** Changes kept: a target that is further behind gets the whole, which is then cheaper than following. */
const MAX_STEPS = 256;

interface Step {
  readonly from: number;
  readonly to: number;
  readonly delta: ConfigurationDelta | null;
}

/** The latest configuration of a plane, and how it came to be from those before: what all its targets are brought from. */
export class ChangeHistory {
  /** Texts that targets in one state share. */
  readonly texts = new TextCache();
  #latest: ConfigurationChange | null = null;
  #steps: Step[] = [];
  #content: { readonly of: Configuration; readonly digest: string } | null = null;
  /** Most targets are at the same revision. */
  #merged: { readonly from: number; readonly to: number; readonly delta: ConfigurationDelta } | null = null;

  /** Revision to bring targets to: that of the last change that changed anything; 0 before the first. */
  get revision(): number {
    return this.#latest?.revision ?? 0;
  }

  /**
   * Follows a change; one of the same revision is the same change. What comes as a whole is compared with what there is, so
   * that targets get differences all the same.
   */
  add(change: ConfigurationChange): void {
    if (change.revision === this.#latest?.revision) return;
    const delta = this.#latest === null ? null : (change.delta ?? diff(this.#latest.full(), change.full()));
    if (delta !== null && isEmptyDelta(delta)) return;
    this.#steps.push({ from: this.revision, to: change.revision, delta });
    if (this.#steps.length > MAX_STEPS) this.#steps.shift();
    this.#latest = change;
    this.#merged = null;
  }

  /** The latest configuration as a whole. Call after the first change only. */
  full(): Configuration {
    if (this.#latest === null) throw new Error('there is no configuration yet');
    return this.#latest.full();
  }

  /** Digest of the content of the latest configuration: who has the same need not be given it. Call as `full`. */
  content(): string {
    const of = this.full();
    if (this.#content?.of !== of) this.#content = { of, digest: contentDigest(of) };
    return this.#content.digest;
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
