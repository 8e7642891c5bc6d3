import type { Configuration, Entity, EntityType } from '@gibbon/contracts/entities';
import type { Rejection } from '@gibbon/contracts/publisher';
import { ENTITY_TYPES, isEntityType } from '@gibbon/model';

/** What a target says of faulty entities, and whether all of it could be told of one. */
export interface ReadErrors {
  readonly rejections: readonly Rejection[];
  readonly complete: boolean;
}

interface Flattened {
  readonly entity_type?: unknown;
  readonly entity_id?: unknown;
  readonly entity_name?: unknown;
  readonly entity_tags?: unknown;
  readonly errors?: unknown;
}

/**
 * Finds the entities that `flattened_errors` of a target are about: by id, else by name, else by tags that only one has.
 * @param configuration what was sent.
 */
export function readFlattenedErrors(value: unknown, configuration: Configuration): ReadErrors {
  const rejections: Rejection[] = [];
  let complete = true;
  for (const entry of Array.isArray(value) ? (value as readonly Flattened[]) : []) {
    const found = find(entry, configuration);
    if (found === null) complete = false;
    else rejections.push(...messagesOf(entry.errors).map(({ field, message }) => ({ ...found, field, message })));
  }
  return { rejections, complete };
}

function find(entry: Flattened, configuration: Configuration): { readonly type: EntityType; readonly id: string } | null {
  const type = typeOf(entry.entity_type);
  const { entity_id: id, entity_name: name, entity_tags: tags } = entry;
  for (const candidate of type === null ? ENTITY_TYPES : [type]) {
    const entities = configuration[candidate] as readonly Entity[];
    const byId = typeof id === 'string' ? entities.find((entity) => entity.id === id.toLowerCase()) : undefined;
    const byName = typeof name === 'string' ? entities.find((entity) => nameOf(entity) === name) : undefined;
    const found = byId ?? byName ?? only(entities, tags);
    if (found !== undefined) return { type: candidate, id: found.id };
  }
  return null;
}

/** Kong writes the singular. */
function typeOf(given: unknown): EntityType | null {
  if (typeof given !== 'string') return null;
  if (isEntityType(given)) return given;
  const plural = `${given}s`;
  return isEntityType(plural) ? plural : null;
}

function nameOf(entity: Entity): unknown {
  const { name, username } = entity as { readonly name?: unknown; readonly username?: unknown };
  return name ?? username;
}

function only(entities: readonly Entity[], tags: unknown): Entity | undefined {
  if (!Array.isArray(tags) || tags.length === 0) return undefined;
  const wanted = tagSet(tags);
  const same = entities.filter((entity) => entity.tags !== null && tagSet(entity.tags) === wanted);
  return same.length === 1 ? same[0] : undefined;
}

function tagSet(tags: readonly unknown[]): string {
  return tags
    .map(String)
    .toSorted((a, b) => a.localeCompare(b))
    .join('\n');
}

function messagesOf(errors: unknown): readonly { readonly field: string; readonly message: string }[] {
  const list = (Array.isArray(errors) ? errors : []) as readonly {
    readonly field?: unknown;
    readonly message?: unknown;
    readonly messages?: unknown;
  }[];
  const read = list.flatMap(({ field, message, messages }) => {
    const all = Array.isArray(messages) ? messages : [message];
    return all.filter((one) => typeof one === 'string').map((one) => ({ field: typeof field === 'string' ? field : '', message: one }));
  });
  return read.length > 0 ? read : [{ field: '', message: 'refused without a reason' }];
}
