import type { EntityRef } from '@gibbon/contracts/entities';
import { SHARED_PLANE, type EntityDraft, type PlaneName } from '@gibbon/contracts/translator';

/** Types whose entities belong to one plane. */
const OF_ONE_PLANE: readonly string[] = ['routes', 'snis', 'listeners'];

/**
 * Drafts by plane, the shared one first: what belongs to a plane with what it leads to. The shared one also has everything
 * that leads nowhere. The plain way of what an engine does step by step.
 */
export function draftsByPlane(drafts: readonly EntityDraft[]): ReadonlyMap<PlaneName, readonly EntityDraft[]> {
  const names = [...new Set(drafts.flatMap(({ plane = SHARED_PLANE }) => (plane === SHARED_PLANE ? [] : [plane])))].sort();
  const others = new Map(names.map((name) => [name, reachable(drafts, name)]));
  const shared = reachable(drafts, SHARED_PLANE);
  const elsewhere = new Set([...others.values()].flatMap((kept) => [...kept]));
  const planes = new Map<PlaneName, readonly EntityDraft[]>([
    [SHARED_PLANE, drafts.filter((draft) => shared.has(draft) || !elsewhere.has(draft))],
  ]);
  for (const [name, kept] of others)
    planes.set(
      name,
      drafts.filter((draft) => kept.has(draft)),
    );
  return planes;
}

/** What belongs to a plane, and everything that it leads to. */
function reachable(drafts: readonly EntityDraft[], plane: PlaneName): ReadonlySet<EntityDraft> {
  const kept = new Set(drafts.filter((draft) => OF_ONE_PLANE.includes(draft.type) && (draft.plane ?? SHARED_PLANE) === plane));
  for (let size = -1; size < kept.size;) {
    size = kept.size;
    const named = new Set([...kept].flatMap(({ entity }) => names(entity)));
    const ids = new Set([...kept].map(({ entity }) => entity.id));
    for (const draft of drafts) {
      if (OF_ONE_PLANE.includes(draft.type)) continue;
      if (named.has(draft.entity.id) || (draft.type === 'upstreams' && named.has(draft.entity.name)) || dependsOn(draft, ids))
        kept.add(draft);
    }
  }
  return kept;
}

/** Targets come with their upstream, plugins with their route or service. */
function dependsOn({ type, entity }: EntityDraft, ids: ReadonlySet<string>): boolean {
  if (type === 'targets') return ids.has(entity.upstream.id);
  if (type !== 'plugins') return false;
  const refs: readonly (EntityRef | null)[] = [entity.route, entity.service];
  return refs.some((ref) => ref !== null && ids.has(ref.id));
}

/** All texts of an entity: ids of what it refers to, the name of a service's upstream, services in a plugin's configuration. */
function names(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(names) : [];
}
