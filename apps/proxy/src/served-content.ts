import { ContentDigest, isEntityType } from '@gibbon/model';
import type { DeclarativeDocument } from '@gibbon/dataplane-admin-api';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Names what a node serves by its content, so that whoever has the same need not give it again. Known when all of it came
 * as a flat JSON document with ids, and as differences to that, and all of it is used.
 */
export class ServedContent {
  readonly #digest = new ContentDigest();
  #known = false;

  /** 64 hex digits, or `null` where it is not known. */
  get text(): string | null {
    return this.#known ? this.#digest.text : null;
  }

  /** It is not known any more. */
  lose(): void {
    this.#known = false;
    this.#digest.clear();
  }

  /** All that serves is in this document. */
  replace(source: DeclarativeDocument['source']): void {
    this.lose();
    if (typeof source === 'string') return;
    this.#known = Object.entries(source).every(([key, value]) => key === '_format_version' || this.#addAll(key, value));
    if (!this.#known) this.lose();
  }

  /** What serves has been changed by this difference, which was found to be sound. */
  change(delta: unknown): void {
    if (!this.#known) return;
    for (const [type, { upserted = [], deleted = [] }] of Object.entries(delta as Readonly<Record<string, Difference>>)) {
      if (!isEntityType(type)) return this.lose();
      for (const id of deleted) this.#digest.delete(type, id.toLowerCase());
      if (!this.#addAll(type, upserted)) return this.lose();
    }
  }

  /** @returns whether all of them are entities that stand alone. */
  #addAll(type: string, list: unknown): boolean {
    if (!isEntityType(type) || !Array.isArray(list)) return false;
    return (list as readonly unknown[]).every((item) => {
      const fields = item as Fields;
      if (typeof fields?.['id'] !== 'string' || Object.keys(fields).some(isEntityType)) return false;
      this.#digest.set(type, fields['id'].toLowerCase(), fields);
      return true;
    });
  }
}

interface Difference {
  readonly upserted?: readonly unknown[];
  readonly deleted?: readonly string[];
}
