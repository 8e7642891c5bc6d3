import type { ObjectRef } from '@gibbon/contracts/resource';
import type { Failure } from '@gibbon/contracts/translator';
import { describeEntity, describeUnique } from './entity-rules.ts';
import type { Variant } from './variant.ts';

/** Reason of what lost against an older claim. */
export const CONFLICT = 'Conflict';
/** Reason of what refers to something that is not in the configuration. */
export const REFERENCE_MISSING = 'ReferenceMissing';

/**
 * Failures of a variant whose claim an older variant holds: one for each owner, naming the winner.
 * @param claim which one: 0 is the id.
 */
export function conflictFailures(loser: Variant, claim: number, winner: Variant): readonly Failure[] {
  const winningRef = winner.contributions[0]?.draft.owner;
  if (winningRef === undefined) return [];
  const what = describeEntity(loser.type, loser.entity);
  const unique = loser.uniqueValues[claim - 1];
  const taken = unique === undefined ? 'with different content' : `with ${describeUnique(unique)}`;
  return owners(loser).map((owner) => {
    const message = sameRef(owner, winningRef)
      ? `${what}: the object itself already defines one ${taken}; only the first is used`
      : `${what}: ${nameOf(winningRef)} already defines one ${taken}; the older object wins, so this one is left out`;
    return { refs: [owner, winningRef], field: '', reason: CONFLICT, message };
  });
}

/**
 * Failures of a variant that refers to what is not in the configuration, one for each owner.
 * @param need which reference it is.
 */
export function missingFailures(variant: Variant, need: number): readonly Failure[] {
  const reference = variant.references[need];
  if (reference === undefined) return [];
  const message = `${describeEntity(variant.type, variant.entity)} is left out: its ${reference.field} (${reference.id}) is not part of the configuration`;
  return owners(variant).map((owner) => ({ refs: [owner], field: '', reason: REFERENCE_MISSING, message }));
}

function owners(variant: Variant): ObjectRef[] {
  const known = new Map(variant.contributions.map(({ draft: { owner } }) => [nameOf(owner), owner]));
  return [...known.values()];
}

function nameOf(ref: ObjectRef): string {
  return `${ref.kind} ${ref.namespace === '' ? '' : `${ref.namespace}/`}${ref.name}`;
}

function sameRef(a: ObjectRef, b: ObjectRef): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}
