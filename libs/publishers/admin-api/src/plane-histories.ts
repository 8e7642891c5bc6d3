import type { ConfigurationChange } from '@gibbon/contracts/publisher';
import { SHARED_PLANE, type PlaneName } from '@gibbon/contracts/translator';
import { ChangeHistory } from './change-history.ts';

/** The histories of all planes: each goes on by itself, so that targets notice nothing of what happens in other planes. */
export class PlaneHistories {
  readonly #histories = new Map<PlaneName, ChangeHistory>();
  /**
   * Planes that are no more, remembered while there are targets: these go on with what they have. Whether a target ends is
   * decided elsewhere, and one of a Gateway whose class was deleted by mistake had better serve.
   */
  readonly #ended = new Set<PlaneName>();
  #revision = 0;

  /** Of the latest change, whichever plane it was about; 0 before the first. */
  get revision(): number {
    return this.#revision;
  }

  /** The history of a plane; one without a configuration where the plane has none yet. */
  of(plane: PlaneName = SHARED_PLANE): ChangeHistory {
    return this.#histories.getOrInsertComputed(plane, () => new ChangeHistory());
  }

  /** Follows a change. */
  add(change: ConfigurationChange): void {
    this.#revision = change.revision;
    this.of(SHARED_PLANE).add(change);
    for (const [plane, own] of change.planes ?? []) {
      if (own !== null) {
        this.#ended.delete(plane);
        this.of(plane).add(own);
      } else if (this.of(plane).revision > 0) {
        this.#ended.add(plane);
      }
    }
  }

  /** Forgets planes that are no more and that no target is in, and those of which nothing is known. */
  keep(planes: ReadonlySet<PlaneName>): void {
    for (const [plane, history] of this.#histories) {
      if (planes.has(plane) || (history.revision > 0 && !this.#ended.has(plane))) continue;
      this.#histories.delete(plane);
      this.#ended.delete(plane);
    }
  }
}
