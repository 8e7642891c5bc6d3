import type { StatusDraft } from '@gibbon/contracts/status';
import { sameValue } from '@gibbon/model';

/** Whether two lists of drafts say the same. Which lists they own is a matter of their kind, and not compared. */
export function sameStatuses(a: readonly StatusDraft[] = [], b: readonly StatusDraft[] = []): boolean {
  return a.length === b.length && a.every((draft, index) => sameStatus(draft, b[index] as StatusDraft));
}

/** Whether two drafts say the same of the same object. */
export function sameStatus(a: StatusDraft, b: StatusDraft): boolean {
  return a === b || (a.generation === b.generation && a.uid === b.uid && sameValue(a.ref, b.ref) && sameValue(a.status, b.status));
}
