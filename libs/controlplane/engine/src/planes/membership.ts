import type { PlaneName } from '@gibbon/contracts/translator';
import { typeOfKey } from '../assembly/variant.ts';
import { unheld } from './circles.ts';
import { Member } from './member.ts';
import { EVERY_PLANE, isCarried, isEntityKey, placementOf, type MemberKey, type Placement, type PluginReferences } from './placement.ts';
import type { PlacedEntity } from './placed-entity.ts';

/** Stands for what no plane needs; no plane can have this name. */
export const UNCLAIMED: PlaneName = '\0unclaimed';

/** Members that came to a plane, left it, or are another in it: by plane. */
export type MembershipChanges = ReadonlyMap<PlaneName, ReadonlySet<Member>>;

/**
 * Which entities are part of which plane, by counting who holds them: in a plane is what belongs there by itself, what hangs
 * on a member or is referred to by one, and so on. What is in no plane is {@link UNCLAIMED}, and with it what it refers to.
 *
 * Counts go wrong only in circles, whose members hold each other; so whenever one that could be on a circle is let go,
 * the circle is looked at.
 */
export class Membership {
  readonly #members = new Map<MemberKey, Member>();
  readonly #plugins: PluginReferences;
  readonly #everywhere = new Set<Member>();
  #changes = new Map<PlaneName, Set<Member>>();
  /** Whatever was touched, in any plane. */
  #touched = new Set<Member>();
  #suspects: (readonly [Member, PlaneName])[] = [];

  constructor(plugins: PluginReferences) {
    this.#plugins = plugins;
  }

  /** Members of every plane. */
  get everywhere(): Iterable<Member> {
    return this.#everywhere;
  }

  /** Follows one entity. Ends with {@link Membership.settle} when there are no more. */
  set(placed: PlacedEntity): void {
    const { key, entity } = placed;
    const member = this.#member(key);
    this.#touch(member);
    member.content = entity;
    this.#place(member, entity === null ? NOWHERE : placementOf({ ...placed, entity }, this.#plugins));
    for (const plane of member.planes.planes()) this.#note(member, plane);
  }

  /** The plane to which an entity belongs by itself. */
  homeOf(key: MemberKey): PlaneName | null {
    return this.#members.get(key)?.home ?? null;
  }

  /** What changed since the last call. Members without content are gone. */
  settle(): MembershipChanges {
    this.#breakCircles();
    // What is unclaimed depends on the planes proper and not the other way round.
    for (const member of this.#touched) this.#claim(member);
    this.#breakCircles();
    for (const member of this.#touched) if (member.isIdle) this.#members.delete(member.key);
    const changes = this.#changes;
    this.#changes = new Map();
    this.#touched = new Set();
    return changes;
  }

  #member(key: MemberKey): Member {
    return this.#members.getOrInsertComputed(key, () => new Member(key));
  }

  /** New bonds come before old ones go, so that what both hold stays where it is. */
  #place(member: Member, { home, parent: parentKey, references: keys }: Placement): void {
    const { home: oldHome, parent: oldParent } = member;
    const parent = parentKey === null ? null : this.#member(parentKey);
    if (home !== null && home !== oldHome) this.#raise(member, home);
    if (parent !== null && parent !== oldParent) {
      (parent.children ??= new Set()).add(member);
      this.#bind(parent, member);
    }
    member.home = home;
    member.parent = parent;
    this.#refer(member, keys);
    if (oldParent !== null && oldParent !== parent) {
      oldParent.children?.delete(member);
      this.#release(oldParent, member);
    }
    if (oldHome !== null && oldHome !== home) this.#lower(member, oldHome);
  }

  #refer(member: Member, keys: readonly MemberKey[]): void {
    const old = member.references;
    if (keys.length === old.length && keys.every((key, index) => old[index]?.key === key)) return;
    const references = keys.map((key) => this.#member(key));
    for (const reference of references) if (!old.includes(reference)) this.#bind(member, reference);
    member.references = references;
    // In a circle the member may leave a plane with the first that it lets go of: the others are let go of there all the same.
    const planes = member.planes.planes();
    for (const reference of old) if (!references.includes(reference)) this.#release(member, reference, planes);
  }

  #bind(holder: Member, held: Member): void {
    held.holders++;
    this.#touch(held);
    for (const plane of holder.planes.planes()) this.#raise(held, plane);
  }

  #release(holder: Member, held: Member, planes: readonly PlaneName[] = holder.planes.planes()): void {
    held.holders--;
    this.#touch(held).#touch(holder);
    for (const plane of planes) this.#lower(held, plane);
  }

  /** One more reason for a member to be in a plane. */
  #raise(first: Member, plane: PlaneName): void {
    const raised = [first];
    for (let member = raised.pop(); member !== undefined; member = raised.pop()) {
      const count = member.planes.get(plane);
      member.planes.set(plane, count + 1);
      if (count > 0) continue;
      this.#enter(member, plane);
      for (const held of member.held()) raised.push(held);
    }
  }

  /** One reason less. */
  #lower(first: Member, plane: PlaneName): void {
    const lowered = [first];
    for (let member = lowered.pop(); member !== undefined; member = lowered.pop()) {
      const count = member.planes.get(plane);
      // It was on a circle that nothing held, and has left with the others.
      if (count === 0) continue;
      member.planes.set(plane, count - 1);
      if (count > 1) {
        for (const _ of member.circling()) {
          this.#suspects.push([member, plane]);
          break;
        }
        continue;
      }
      this.#leave(member, plane);
      for (const held of member.held()) lowered.push(held);
    }
  }

  #breakCircles(): void {
    for (let suspect = this.#suspects.pop(); suspect !== undefined; suspect = this.#suspects.pop()) {
      const [member, plane] = suspect;
      if (member.planes.get(plane) === 0) continue;
      const gone = unheld(member, plane);
      for (const each of gone) {
        each.planes.set(plane, 0);
        this.#leave(each, plane);
      }
      for (const each of gone) for (const held of each.held()) if (!gone.has(held)) this.#lower(held, plane);
    }
  }

  /** A member of no plane is unclaimed, if something could have referred to it. */
  #claim(member: Member): void {
    const claims = member.planes.size - (member.planes.get(UNCLAIMED) > 0 ? 1 : 0);
    const wanted = claims === 0 && member.content !== null && isEntityKey(member.key) && isCarried(typeOfKey(member.key));
    if (wanted === member.unclaimed) return;
    member.unclaimed = wanted;
    if (wanted) this.#raise(member, UNCLAIMED);
    else this.#lower(member, UNCLAIMED);
  }

  #enter(member: Member, plane: PlaneName): void {
    this.#note(member, plane);
    if (plane === EVERY_PLANE) this.#everywhere.add(member);
  }

  #leave(member: Member, plane: PlaneName): void {
    this.#note(member, plane);
    if (plane === EVERY_PLANE) this.#everywhere.delete(member);
  }

  #note(member: Member, plane: PlaneName): void {
    this.#touch(member);
    this.#changes.getOrInsertComputed(plane, () => new Set()).add(member);
  }

  #touch(member: Member): this {
    this.#touched.add(member);
    return this;
  }
}

const NOWHERE: Placement = { home: null, parent: null, references: [] };
