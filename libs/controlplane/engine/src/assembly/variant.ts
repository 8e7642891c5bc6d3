import type { Entity, EntityType } from '@gibbon/contracts/entities';
import { SHARED_PLANE, type EntityDraft, type Failure, type PlaneName, type UnitKey } from '@gibbon/contracts/translator';
import { compareAges, compareStrings, type Age } from '@gibbon/controlplane-store';
import { sameValue } from '@gibbon/model';
import { isPlaced, rankOf, referencesOf, uniqueValuesOf, unitesTags, type Reference, type UniqueValue } from './entity-rules.ts';
import type { Slot } from './slot.ts';

/** Names an entity: `<type>/<id>`. */
export type EntityKey = `${EntityType}/${string}`;

/** The key of an entity. */
export function entityKey(type: EntityType, id: string): EntityKey {
  return `${type}/${id}`;
}

/** The type in a key. */
export function typeOfKey(key: EntityKey): EntityType {
  return key.slice(0, key.indexOf('/')) as EntityType;
}

/** The plane that a draft belongs to; the shared one for entities that have none of their own. */
export function planeOf({ type, plane }: EntityDraft): PlaneName {
  return plane !== undefined && isPlaced(type) ? plane : SHARED_PLANE;
}

/** One draft of one unit, and how old its owner is. */
export interface Contribution {
  readonly unit: UnitKey;
  readonly draft: EntityDraft;
  readonly age: Age;
}

/**
 * One content of one entity, with everybody who contributes it. Units that agree share a variant; units that yield
 * different content for one id make several, of which one at the most is in the configuration.
 */
export class Variant {
  readonly type: EntityType;
  readonly key: EntityKey;
  /** What its id is claimed by. */
  readonly id: Slot;
  readonly rank: number;
  readonly plane: PlaneName;
  /** What only one entity may have: its id, then its unique values in the order of {@link Variant.uniqueValues}. */
  readonly claims: readonly Slot[];
  /** Ids of what it refers to, in the order of {@link Variant.references}. */
  readonly needs: readonly Slot[];
  /** Oldest owner first, once {@link Variant.sort} has run. */
  readonly contributions: Contribution[] = [];
  /** Whether it is in the configuration. */
  active = false;
  /** Why it is not. */
  failures: readonly Failure[] = [];
  #entity: Entity;

  /** @param slot the slot of a key; it is told of the variant by whoever makes one. */
  constructor(first: EntityDraft, slot: (key: string) => Slot) {
    this.type = first.type;
    this.key = entityKey(first.type, first.entity.id);
    this.rank = rankOf(first.type);
    this.plane = planeOf(first);
    this.#entity = first.entity;
    this.needs = this.references.map(({ type, id }) => slot(entityKey(type, id)));
    const place = this.plane === SHARED_PLANE ? first.type : `${first.type}@${this.plane}`;
    this.id = slot(this.key);
    this.claims = [this.id, ...uniqueValuesOf(first.type, first.entity).map(({ field, value }) => slot(`${place}.${field}=${value}`))];
  }

  /** What it refers to. */
  get references(): readonly Reference[] {
    return referencesOf(this.type, this.#entity);
  }

  /** What only it may have besides its id. */
  get uniqueValues(): readonly UniqueValue[] {
    return uniqueValuesOf(this.type, this.#entity);
  }

  get entity(): Entity {
    return this.#entity;
  }

  /** Whether a draft has this content and this plane; tags may differ where they are united. */
  accepts(draft: EntityDraft): boolean {
    if (planeOf(draft) !== this.plane) return false;
    if (draft.entity === this.#entity) return true;
    return unitesTags(this.type)
      ? sameValue({ ...draft.entity, tags: null }, { ...this.#entity, tags: null })
      : sameValue(draft.entity, this.#entity);
  }

  /** Puts the contributions in order and makes the entity of them. To be called after changing them. */
  sort(): void {
    if (this.contributions.length > 1) this.contributions.sort(compareContributions);
    const [oldest] = this.contributions;
    if (oldest === undefined) return;
    this.#entity = unitesTags(this.type) ? this.#united(oldest.draft.entity) : oldest.draft.entity;
  }

  #united(oldest: Entity): Entity {
    if (this.contributions.length === 1) return oldest;
    const tags = new Set(this.contributions.flatMap((each) => each.draft.entity.tags ?? []));
    return tags.size === (oldest.tags ?? []).length ? oldest : { ...oldest, tags: [...tags] };
  }
}

/** Order in which variants with contributions are decided: by type, then the oldest owner first. Total: equal only for one and the same variant. */
export function compareVariants(a: Variant, b: Variant): number {
  if (a === b) return 0;
  const [oldestA, oldestB] = [a.contributions[0], b.contributions[0]];
  return a.rank - b.rank || (oldestA !== undefined && oldestB !== undefined ? compareContributions(oldestA, oldestB) : 0);
}

function compareContributions(a: Contribution, b: Contribution): number {
  return (
    compareAges(a.age, b.age) ||
    compareStrings(a.draft.owner.kind, b.draft.owner.kind) ||
    compareStrings(a.unit, b.unit) ||
    compareStrings(a.draft.entity.id, b.draft.entity.id) ||
    // Only where one unit contradicts itself.
    compareStrings(JSON.stringify(a.draft.entity), JSON.stringify(b.draft.entity)) ||
    compareStrings(planeOf(a.draft), planeOf(b.draft))
  );
}
