import type { EntityDraft, TranslationOutput } from '@gibbon/contracts/translator';
import { sameValue } from '@gibbon/model';
import { sameStatuses } from '../same-status.ts';

/**
 * The next output, made of the previous one where they are equal: the previous object itself when nothing changed,
 * and otherwise the previous draft for each draft that did not change. So readers compare by reference, and equal
 * drafts are kept in memory once.
 */
export function reconcileOutput(previous: TranslationOutput, next: TranslationOutput): TranslationOutput {
  const entities = reconcileDrafts(previous.entities, next.entities);
  const failures = sameValue(previous.failures, next.failures) ? previous.failures : next.failures;
  const statuses = sameStatuses(previous.statuses, next.statuses) ? previous.statuses : next.statuses;
  const planes = sameValue(previous.planes, next.planes) ? previous.planes : next.planes;
  if (entities === previous.entities && failures === previous.failures && statuses === previous.statuses && planes === previous.planes)
    return previous;
  return { entities, failures, ...(statuses !== undefined && { statuses }), ...(planes !== undefined && { planes }) };
}

function reconcileDrafts(previous: readonly EntityDraft[], next: readonly EntityDraft[]): readonly EntityDraft[] {
  if (previous.length === 0) return next.length === 0 ? previous : next;
  const drafts: EntityDraft[] = [];
  let byId: Map<string, EntityDraft> | null = null;
  let same = previous.length === next.length;
  for (const [position, draft] of next.entries()) {
    let old = previous[position];
    if (old === undefined || old.type !== draft.type || old.entity.id !== draft.entity.id) {
      byId ??= new Map(previous.map((each) => [`${each.type}/${each.entity.id}`, each]));
      old = byId.get(`${draft.type}/${draft.entity.id}`);
    }
    const kept = old !== undefined && sameValue(old, draft) ? old : draft;
    if (kept !== previous[position]) same = false;
    drafts.push(kept);
  }
  return same ? previous : drafts;
}
