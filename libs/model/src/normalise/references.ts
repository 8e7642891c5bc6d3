import type { EntityDefinition, Draft, EntityProblem } from '../entities/definition.ts';
import { isUuid } from '../ids/uuid.ts';

/** Stands for ids that are not known yet. */
export const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** References that a document gives as a text, a name or an id, by field. */
export type TextReferences = Readonly<Record<string, string>>;

/**
 * Brings references to the form `{ id }`: a UUID as text becomes one, other texts are returned to be resolved and stand
 * as `{ id: NIL_UUID }` until then. Changes `draft`.
 * @param named whether names are allowed.
 */
export function readReferences(definition: EntityDefinition, draft: Draft, named: boolean, problems: EntityProblem[]): TextReferences {
  const texts: Record<string, string> = {};
  for (const field of Object.keys(definition.foreignKeys)) {
    const value = draft[field];
    if (typeof value === 'string' && (named || isUuid(value))) {
      texts[field] = value;
      draft[field] = { id: isUuid(value) ? value.toLowerCase() : NIL_UUID };
    } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      draft[field] = readObject(field, value as Draft, problems);
    }
  }
  return texts;
}

function readObject(field: string, value: Draft, problems: EntityProblem[]): unknown {
  for (const key of Object.keys(value)) {
    if (key !== 'id') problems.push({ path: `${field}.${key}`, message: 'not a primary key', scope: 'field' });
  }
  const { id } = value;
  if (id === undefined || id === null) {
    problems.push({ path: `${field}.id`, message: 'missing primary key', scope: 'field' });
    return { id: NIL_UUID };
  }
  return { id: typeof id === 'string' ? id.toLowerCase() : id };
}
