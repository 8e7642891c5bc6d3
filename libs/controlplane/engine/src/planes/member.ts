import type { Entity } from '@gibbon/contracts/entities';
import type { PlaneName } from '@gibbon/contracts/translator';
import { PlaneCounts } from './plane-counts.ts';
import type { MemberKey } from './placement.ts';

/** Something that is part of planes: an entity, or a name of one, which may refer to nothing (yet). */
export class Member {
  readonly key: MemberKey;
  /** `null` for names, and for what is referred to and is not there. */
  content: Entity | null = null;
  home: PlaneName | null = null;
  /** Whether it stands by itself because no plane needs it. */
  unclaimed = false;
  parent: Member | null = null;
  references: readonly Member[] = [];
  children: Set<Member> | null = null;
  /** Others that refer to it or have it as a child. */
  holders = 0;
  /** By plane: members of the plane that hold it, and one more where it belongs there by itself. */
  readonly planes = new PlaneCounts();

  constructor(key: MemberKey) {
    this.key = key;
  }

  /** What is where it is. */
  *held(): Iterable<Member> {
    yield* this.references;
    if (this.children !== null) yield* this.children;
  }

  /**
   * What it holds that may lead back to it: a service has plugins whose configuration names services. There is no other way
   * in a circle.
   */
  *circling(): Iterable<Member> {
    if (this.key.startsWith('plugins/')) {
      for (const reference of this.references) if (reference.key.startsWith('services/')) yield reference;
    } else if (this.key.startsWith('services/')) {
      for (const child of this.children ?? []) if (child.references.length > 0) yield child;
    }
  }

  /** Whether nothing needs it to be remembered. */
  get isIdle(): boolean {
    return this.content === null && this.holders === 0 && (this.children === null || this.children.size === 0);
  }
}
