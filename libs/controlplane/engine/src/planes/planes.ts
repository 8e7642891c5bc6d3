import type { Configuration, ConfigurationDelta } from '@gibbon/contracts/entities';
import { SHARED_PLANE, type PlaneName } from '@gibbon/contracts/translator';
import { isEmptyDelta } from '@gibbon/model';
import { typeOfKey } from '../assembly/variant.ts';
import type { Member } from './member.ts';
import { Membership, UNCLAIMED } from './membership.ts';
import type { PlacedEntity } from './placed-entity.ts';
import { EVERY_PLANE, isEntityKey, type PluginReferences } from './placement.ts';
import { PlaneConfiguration } from './plane-configuration.ts';

/** What a plane has become: its difference, `null` where it is new. */
export interface PlaneChange {
  readonly delta: ConfigurationDelta | null;
  /** The whole; later changes leave it alone. */
  readonly configuration: Configuration;
}

/** The effect of one batch on all planes. */
export interface PlaneChanges {
  readonly shared: ConfigurationDelta;
  /** The other planes that are another than before; `null` for those that are no more. */
  readonly others: ReadonlyMap<PlaneName, PlaneChange | null>;
}

const NO_OTHERS: PlaneChanges['others'] = new Map();
const NONE_DECLARED: ReadonlyMap<PlaneName, number> = new Map();

/**
 * Divides one set of entities into the configurations of the planes. A plane exists while an entity belongs to it by itself, or
 * while it is declared to.
 * As long as there is but the shared plane, everything is part of it and nothing is kept beside it. A batch costs in
 * proportion to what it changes and the planes that this concerns; the first other plane to come costs in proportion to all.
 */
export class Planes {
  readonly #plugins: PluginReferences;
  readonly #shared = new PlaneConfiguration();
  readonly #others = new Map<PlaneName, PlaneConfiguration>();
  /** How many entities belong to each of the other planes by themselves, and how often it is declared. */
  readonly #sizes = new Map<PlaneName, number>();
  /** Planes whose size is another than before the batch. */
  readonly #resized = new Set<PlaneName>();
  #membership: Membership | null = null;

  /** @param plugins finds what configurations of plugins refer to; by default nothing. */
  constructor(plugins: PluginReferences = () => []) {
    this.#plugins = plugins;
  }

  /**
   * Follows changes of entities, each named once.
   * @param declared by how much more, or less, planes are declared than before.
   */
  apply(changes: Iterable<PlacedEntity>, declared: ReadonlyMap<PlaneName, number> = NONE_DECLARED): PlaneChanges {
    const placed = [...changes];
    if (this.#membership === null && declared.size === 0 && placed.every(({ plane }) => plane === SHARED_PLANE)) {
      for (const { key, type, entity } of placed) this.#shared.set(key, type, entity);
      return { shared: this.#shared.drain(), others: NO_OTHERS };
    }
    this.#membership ??= this.#divide();
    const others = this.#split(this.#membership, placed, declared);
    if (this.#others.size === 0) this.#membership = null;
    return { shared: this.#shared.drain(), others };
  }

  /** The whole of a plane, empty where there is none; later changes leave it alone. */
  configuration(plane: PlaneName = SHARED_PLANE): Configuration {
    return (this.#configurationOf(plane) ?? new PlaneConfiguration()).snapshot();
  }

  /** Names of those that exist. */
  names(): readonly PlaneName[] {
    return [SHARED_PLANE, ...this.#others.keys()];
  }

  /** Begins to keep the planes apart: up to now everything is part of the shared one. */
  #divide(): Membership {
    const membership = new Membership(this.#plugins);
    for (const [key, entity] of this.#shared.entries()) {
      membership.set({ key, type: typeOfKey(key), plane: SHARED_PLANE, entity });
    }
    membership.settle();
    return membership;
  }

  #split(
    membership: Membership,
    placed: readonly PlacedEntity[],
    declared: ReadonlyMap<PlaneName, number>,
  ): ReadonlyMap<PlaneName, PlaneChange | null> {
    for (const each of placed) {
      this.#count(membership.homeOf(each.key), -1);
      membership.set(each);
      this.#count(membership.homeOf(each.key), 1);
    }
    for (const [plane, difference] of declared) this.#count(plane, difference);
    const changes = membership.settle();
    const created = this.#create(membership);
    const touched = new Set([...created, ...declared.keys()]);
    for (const [plane, members] of changes) {
      for (const concerned of this.#concernedBy(plane)) {
        touched.add(concerned);
        for (const member of members) this.#write(concerned, member);
      }
    }
    return this.#outcome(touched, created);
  }

  #outcome(touched: ReadonlySet<PlaneName>, created: ReadonlySet<PlaneName>): ReadonlyMap<PlaneName, PlaneChange | null> {
    const outcome = new Map<PlaneName, PlaneChange | null>();
    for (const plane of touched) {
      const configuration = this.#others.get(plane);
      if (configuration === undefined) continue;
      if (!this.#sizes.has(plane)) {
        this.#others.delete(plane);
        outcome.set(plane, null);
        continue;
      }
      const delta = configuration.drain();
      if (created.has(plane)) outcome.set(plane, { delta: null, configuration: configuration.snapshot() });
      else if (!isEmptyDelta(delta)) outcome.set(plane, { delta, configuration: configuration.snapshot() });
    }
    return outcome;
  }

  #count(plane: PlaneName | null, difference: number): void {
    if (plane === null || plane === SHARED_PLANE || plane === EVERY_PLANE) return;
    this.#sizes.set(plane, (this.#sizes.get(plane) ?? 0) + difference);
    this.#resized.add(plane);
  }

  /** @returns planes that did not exist before the batch. */
  #create(membership: Membership): ReadonlySet<PlaneName> {
    const created = new Set<PlaneName>();
    for (const plane of this.#resized) {
      if (this.#sizes.get(plane) === 0) this.#sizes.delete(plane);
      else if (!this.#others.has(plane)) created.add(plane);
    }
    this.#resized.clear();
    for (const plane of created) {
      this.#others.set(plane, new PlaneConfiguration());
      for (const member of membership.everywhere) this.#write(plane, member);
    }
    return created;
  }

  /** The planes whose configuration a member of a plane, or what stands for one, is part of. */
  #concernedBy(plane: PlaneName): Iterable<PlaneName> {
    if (plane === EVERY_PLANE) return [SHARED_PLANE, ...this.#others.keys()];
    return [plane === UNCLAIMED ? SHARED_PLANE : plane];
  }

  #write(plane: PlaneName, member: Member): void {
    const { key, planes, content } = member;
    if (!isEntityKey(key)) return;
    const isPart = planes.get(plane) > 0 || planes.get(EVERY_PLANE) > 0 || (plane === SHARED_PLANE && planes.get(UNCLAIMED) > 0);
    this.#configurationOf(plane)?.set(key, typeOfKey(key), isPart ? content : null);
  }

  #configurationOf(plane: PlaneName): PlaneConfiguration | undefined {
    return plane === SHARED_PLANE ? this.#shared : this.#others.get(plane);
  }
}
