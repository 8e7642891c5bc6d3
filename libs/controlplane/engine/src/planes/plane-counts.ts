import type { PlaneName } from '@gibbon/contracts/translator';

/** Counts by plane. Most members are part of one plane, which then takes no map. */
export class PlaneCounts {
  #plane: PlaneName = '';
  /** Of the one plane; 0 when there is none, or where there is a map. */
  #count = 0;
  #more: Map<PlaneName, number> | null = null;

  /** Planes with a count. */
  get size(): number {
    return this.#more?.size ?? Math.min(this.#count, 1);
  }

  /** The count of a plane; 0 where there is none. */
  get(plane: PlaneName): number {
    if (this.#more !== null) return this.#more.get(plane) ?? 0;
    return this.#plane === plane ? this.#count : 0;
  }

  set(plane: PlaneName, count: number): void {
    if (this.#more === null && (this.#count === 0 || this.#plane === plane)) {
      this.#plane = plane;
      this.#count = count;
      return;
    }
    this.#more ??= new Map([[this.#plane, this.#count]]);
    this.#count = 0;
    if (count === 0) this.#more.delete(plane);
    else this.#more.set(plane, count);
    if (this.#more.size === 0) this.#more = null;
  }

  /** The planes with a count. */
  planes(): PlaneName[] {
    if (this.#more !== null) return [...this.#more.keys()];
    return this.#count === 0 ? [] : [this.#plane];
  }
}
