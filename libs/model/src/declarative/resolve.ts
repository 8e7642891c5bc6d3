import type { Entity, EntityType } from '@gibbon/contracts/entities';
import { definitionOf } from '../entities/registry.ts';
import { located, problemEntity, type EntityDraft } from './complete-nodes.ts';
import type { DeclarativeProblem } from './problem.ts';

/** An entity without problems of its own, and where it stands in the document. */
export interface ResolvedEntity {
  readonly type: EntityType;
  readonly entity: Entity;
  readonly location: string;
}

/**
 * Replaces references by name and checks that every reference leads to an entity of the document.
 * Entities with problems of their own count as there, so that one mistake is reported once.
 * @returns the entities without problems, in the order of the document.
 */
export function resolve(drafts: readonly EntityDraft[], errors: DeclarativeProblem[]): readonly ResolvedEntity[] {
  const index = indexOf(drafts);
  const entities: ResolvedEntity[] = [];
  for (const draft of drafts) {
    const { node, texts } = draft;
    const found: Record<string, { id: string }> = {};
    for (const [field, type] of Object.entries(definitionOf(node.type).foreignKeys)) {
      const text = texts[field];
      const wanted = text ?? referenceOf(draft, field);
      // A parent that this entity is nested in is there.
      if (wanted === null || (field === node.parentField && text === undefined)) continue;
      const id = index.find(type, wanted);
      if (id === null) {
        const message = `invalid reference '${field}: ${wanted}' (no such entry in '${type}')`;
        errors.push(...located(node, problemEntity(node, node.input, draft.id), [{ path: field, message, scope: 'field' }]));
      } else if (text !== undefined && id !== '') found[field] = { id };
    }
    if (draft.entity === null) continue;
    const entity = Object.keys(found).length === 0 ? draft.entity : withReferences(draft.entity, found);
    entities.push({ type: node.type, entity, location: node.location });
  }
  return entities;
}

function referenceOf(draft: EntityDraft, field: string): string | null {
  const value = draft.entity === null ? draft.node.input[field] : (draft.entity as unknown as Record<string, unknown>)[field];
  const id = typeof value === 'object' && value !== null ? (value as { id?: unknown }).id : null;
  return typeof id === 'string' ? id.toLowerCase() : null;
}

function withReferences(entity: Entity, references: Readonly<Record<string, { id: string }>>): Entity {
  return Object.freeze({ ...entity, ...references });
}

interface Index {
  /** The id of what a text names: by id, then by name. Empty when it is there but has no id yet. */
  find(type: EntityType, text: string): string | null;
}

function indexOf(drafts: readonly EntityDraft[]): Index {
  const ids = new Map<string, string>();
  const names = new Map<string, string>();
  for (const { node, id } of drafts) {
    const key = definitionOf(node.type).endpointKey;
    const name = key === null ? null : node.input[key];
    if (id !== null) ids.set(`${node.type}:${id}`, id);
    if (typeof name === 'string' && !names.has(`${node.type}:${name}`)) names.set(`${node.type}:${name}`, id ?? '');
  }
  return { find: (type, text) => ids.get(`${type}:${text.toLowerCase()}`) ?? names.get(`${type}:${text}`) ?? null };
}
