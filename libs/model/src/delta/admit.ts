import type { Configuration, ConfigurationDelta, Entity, EntityType } from '@gibbon/contracts/entities';
import type { EntityLookup } from '@gibbon/contracts/plugin';
import type { DeclarativeProblem } from '../declarative/problem.ts';
import type { EntityContext, EntityProblem } from '../entities/definition.ts';
import { ENTITY_TYPES, isEntityType } from '../entities/registry.ts';
import { isUuid } from '../ids/uuid.ts';
import { complete } from '../normalise/complete.ts';
import { contextOf, type NormaliseOptions } from '../normalise/normalise-entity.ts';
import { diff } from './diff.ts';
import { settle, type Candidate } from './settle.ts';
import { storedDelta } from './stored.ts';

/** What a change is checked against. */
export interface AdmitOptions extends NormaliseOptions {
  /** What serves. */
  readonly base: EntityLookup;
  /** Whether faulty entities are left out (what serves of them stays) instead of refusing the whole. */
  readonly leaveOut: boolean;
  /** Whether the entities have been a data plane's already: their secrets are in the form that it keeps. Default false. */
  readonly stored?: boolean;
}

/**
 * A sound difference with what was left out of it, or every reason to refuse. `leftOut` is empty unless that was asked for.
 */
export type AdmitResult =
  | { readonly ok: true; readonly delta: ConfigurationDelta; readonly leftOut: readonly DeclarativeProblem[] }
  | { readonly ok: false; readonly errors: readonly DeclarativeProblem[] };

type Fields = Readonly<Record<string, unknown>>;
type Removal = { readonly type: EntityType; readonly id: string };

/**
 * Checks a difference that came from outside: entities in Kong's JSON, references as `{ id }` or the id as text, defaults
 * filled in; every entity with its id. The result is what a data plane keeps (see `storedConfiguration`). Costs what the difference touches, not what serves. Never throws for bad input.
 * Locations are in the difference: `routes.2.paths.1` is of the second of `routes.upserted`.
 * @param raw by type, `{ upserted: entities, deleted: ids }`, both optional.
 */
export function admitDelta(raw: unknown, options: AdmitOptions): AdmitResult {
  const structure: DeclarativeProblem[] = [];
  const faulty: DeclarativeProblem[] = [];
  const candidates: Candidate[] = [];
  const deleted: Removal[] = [];
  const assumed = new Set<string>();
  const context = contextOf(options);
  for (const { type, inputs, removed } of listsOf(raw, structure)) {
    deleted.push(...removed.map((id) => ({ type, id })));
    inputs.forEach((input, index) => {
      const location = `${type}.${index + 1}`;
      const { entity, problems } = completeOne(type, input, context);
      if (entity !== null) candidates.push({ type, entity, location });
      else {
        faulty.push(...located({ type, input, location }, problems));
        assumed.add(`${type}:${idOf(input)}`);
      }
    });
  }
  if (structure.length > 0) return { ok: false, errors: [...structure, ...faulty] };
  // What serves of a faulty entity stays: it is not removed because its new form cannot be used.
  const { delta, problems } = settle({
    base: options.base,
    candidates,
    deleted,
    leaveOut: options.leaveOut,
    ...(!options.leaveOut && { assumed }),
  });
  const errors = [...faulty, ...problems];
  if (errors.length > 0 && !options.leaveOut) return { ok: false, errors };
  return { ok: true, delta: options.stored === true ? delta : storedDelta(delta), leftOut: errors };
}

/**
 * The change from what serves to what could be used of a document with faulty entities: these keep the form in which they
 * serve, if they do; what refers to something that is not there goes as well.
 * @param valid the entities without mistakes of their own.
 * @param errors what `parseDeclarative` said; every one of them concerns an entity.
 */
export function salvage(
  valid: Configuration,
  errors: readonly DeclarativeProblem[],
  serving: { readonly base: EntityLookup; readonly configuration: Configuration },
): { readonly delta: ConfigurationDelta; readonly leftOut: readonly DeclarativeProblem[] } {
  const kept = new Set(errors.map(({ entity }) => `${entity?.type}:${entity?.id}`));
  const change = diff(serving.configuration, valid);
  const candidates: Candidate[] = [];
  const deleted: Removal[] = [];
  for (const type of ENTITY_TYPES) {
    for (const [index, entity] of ((change[type]?.upserted ?? []) as readonly Entity[]).entries()) {
      candidates.push({ type, entity, location: `left out.${type}.${index + 1}` });
    }
    for (const id of change[type]?.deleted ?? []) if (!kept.has(`${type}:${id}`)) deleted.push({ type, id });
  }
  const { delta, problems } = settle({ base: serving.base, candidates, deleted, leaveOut: true });
  return { delta, leftOut: [...errors, ...problems] };
}

interface TypeLists {
  readonly type: EntityType;
  readonly inputs: readonly unknown[];
  readonly removed: readonly string[];
}

/** The lists of a difference, parents before their children. Reports what has another form. */
function listsOf(raw: unknown, problems: DeclarativeProblem[]): readonly TypeLists[] {
  const wrong = (location: string, message: string): void => void problems.push({ location, path: location, message, entity: null });
  if (!isRecord(raw)) {
    wrong('delta', 'expected a record');
    return [];
  }
  const lists: TypeLists[] = [];
  for (const [type, change] of Object.entries(raw)) {
    if (!isEntityType(type)) wrong(type, 'unknown field');
    else if (!isRecord(change)) wrong(type, 'expected a record');
    else {
      for (const key of Object.keys(change)) if (key !== 'upserted' && key !== 'deleted') wrong(`${type}.${key}`, 'unknown field');
      const { upserted = [], deleted = [] } = change;
      if (!Array.isArray(upserted)) wrong(`${type}.upserted`, 'expected an array');
      if (!Array.isArray(deleted) || !deleted.every((id) => typeof id === 'string' && isUuid(id)))
        wrong(`${type}.deleted`, 'expected an array of ids');
      lists.push({
        type,
        inputs: Array.isArray(upserted) ? upserted : [],
        removed: Array.isArray(deleted) ? deleted.map((id) => String(id).toLowerCase()) : [],
      });
    }
  }
  return lists.sort((a, b) => ENTITY_TYPES.indexOf(a.type) - ENTITY_TYPES.indexOf(b.type));
}

const NO_ID: EntityProblem = { path: 'id', message: 'required field missing', scope: 'field' };

function completeOne(
  type: EntityType,
  input: unknown,
  context: EntityContext,
): { readonly entity: Entity | null; readonly problems: readonly EntityProblem[] } {
  const { entity, problems } = complete(type, input, { context, named: false, count: () => 0 });
  if (!isRecord(input) || (input['id'] !== undefined && input['id'] !== null)) return { entity, problems };
  // Nothing else tells which entity is meant.
  return { entity: null, problems: [...problems, NO_ID] };
}

function located(
  { type, input, location }: { readonly type: EntityType; readonly input: unknown; readonly location: string },
  problems: readonly EntityProblem[],
): DeclarativeProblem[] {
  const fields: Fields = isRecord(input) ? input : {};
  const { name, tags } = fields;
  const entity = {
    type,
    name: typeof name === 'string' && name !== '' ? name : null,
    id: idOf(input),
    tags: Array.isArray(tags) && tags.every((tag) => typeof tag === 'string') ? tags : null,
    input: fields,
  };
  return problems.map(({ path, message, scope }) => ({
    location: path === '' ? location : `${location}.${path}`,
    path,
    message,
    scope,
    entity,
  }));
}

function idOf(input: unknown): string | null {
  const id = isRecord(input) ? input['id'] : null;
  return typeof id === 'string' && isUuid(id) ? id.toLowerCase() : null;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
