import type { PlaneName } from '@gibbon/contracts/translator';
import type { Member } from './member.ts';

/**
 * Looks whether a member is in a plane only because it holds itself, by way of others.
 * @returns everything that is there for no other reason; empty where the member is held from outside of its circles.
 */
export function unheld(start: Member, plane: PlaneName): ReadonlySet<Member> {
  const within = new Map<Member, number>([[start, 0]]);
  for (const member of within.keys()) {
    for (const held of member.circling()) within.set(held, (within.get(held) ?? 0) + 1);
  }
  const alive = new Set<Member>();
  for (const [member, holders] of within) if (member.planes.get(plane) > holders) alive.add(member);
  for (const member of alive) for (const held of member.circling()) alive.add(held);
  return new Set([...within.keys()].filter((member) => !alive.has(member)));
}
