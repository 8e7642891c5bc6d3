import { noticeKey, objectKey, type Notice } from './notice.ts';

/** Of one object so many notices are told; further ones wait until one of those is withdrawn. */
const PER_OBJECT = 10;
/** Notices that stand at a time, of all objects. */
const MAX_NOTICES = 5000;

/** The notices that are true now, and which of them are told. */
export class StandingNotices {
  readonly #byObject = new Map<string, Map<string, Notice>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @returns whether it is to be told: `false` for one that stands already, and for those that are too many. */
  add(notice: Notice): { readonly known: boolean; readonly told: boolean } {
    const object = objectKey(notice.ref);
    const standing = this.#byObject.get(object) ?? new Map<string, Notice>();
    const key = noticeKey(notice);
    if (standing.has(key)) return { known: true, told: false };
    if (this.#size >= MAX_NOTICES) return { known: false, told: false };
    this.#byObject.set(object, standing);
    standing.set(key, notice);
    this.#size++;
    return { known: false, told: standing.size <= PER_OBJECT };
  }

  /** @returns a notice of the same object that is to be told now, as there is room for it. */
  remove(notice: Notice): Notice | null {
    const object = objectKey(notice.ref);
    const standing = this.#byObject.get(object);
    const key = noticeKey(notice);
    if (standing?.has(key) !== true) return null;
    const keys = [...standing.keys()];
    const next = keys.indexOf(key) < PER_OBJECT ? keys[PER_OBJECT] : undefined;
    standing.delete(key);
    this.#size--;
    if (standing.size === 0) this.#byObject.delete(object);
    return next === undefined ? null : (standing.get(next) ?? null);
  }
}
