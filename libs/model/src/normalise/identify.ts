import type { Entity } from '@gibbon/contracts/entities';
import type { EntityDefinition } from '../entities/definition.ts';
import { cacheKey, entityId } from '../ids/entity-id.ts';
import type { TextReferences } from './references.ts';

/** How often a key without uniqueness occurred before. */
export type CountKey = (type: string, key: string) => number;

/**
 * The id of an entity that came without one. Kong's where Kong's is deterministic; where Kong draws one at random (routes
 * without a name, certificates, keys), one made of what the entity is, so that it survives the next load.
 * @param texts references as the document has them: Kong puts the text into the key, not what it resolves to.
 */
export function identify(definition: EntityDefinition, entity: Entity, texts: TextReferences, count: CountKey): string {
  const fields = entity as unknown as Readonly<Record<string, unknown>>;
  const { type, endpointKey } = definition;
  if (definition.cacheKey !== null) {
    const values = definition.cacheKey.map((field) => texts[field] ?? textOf(fields[field]));
    return entityId(type, cacheKey(type, values));
  }
  if (definition.anonymousKey === undefined && endpointKey !== null && typeof fields[endpointKey] === 'string') {
    return entityId(type, fields[endpointKey]);
  }
  const key = definition.anonymousKey?.(entity) ?? contentOf(fields, texts);
  const before = count(type, key);
  return entityId(type, `gibbon:${before}:${key}`);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null && 'id' in value ? String(value.id) : '';
}

function contentOf(fields: Readonly<Record<string, unknown>>, texts: TextReferences): string {
  return JSON.stringify({ ...fields, ...texts, id: undefined, created_at: undefined, updated_at: undefined });
}
