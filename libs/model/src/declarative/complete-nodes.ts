import type { Entity } from '@gibbon/contracts/entities';
import type { Draft, EntityContext, EntityProblem } from '../entities/definition.ts';
import { definitionOf } from '../entities/registry.ts';
import { isUuid } from '../ids/uuid.ts';
import { complete } from '../normalise/complete.ts';
import { NIL_UUID, type TextReferences } from '../normalise/references.ts';
import type { DocumentNode } from './collect.ts';
import type { DeclarativeProblem, ProblemEntity } from './problem.ts';

/** An entity of a document, checked by itself; its references are not resolved yet. */
export interface EntityDraft {
  readonly node: DocumentNode;
  /** `null` when it has problems, or its parent has. */
  readonly entity: Entity | null;
  /** The id: the entity's, or a valid one that the input has. */
  readonly id: string | null;
  /** References given as texts. */
  readonly texts: TextReferences;
}

/** Completes every entity of a document in its order. Reports all problems. */
export function completeNodes(
  nodes: readonly DocumentNode[],
  context: EntityContext,
  errors: DeclarativeProblem[],
): readonly EntityDraft[] {
  const drafts = new Map<DocumentNode, EntityDraft>();
  const seen = new Map<string, number>();
  const count = (type: string, key: string): number => {
    const before = seen.get(`${type}:${key}`) ?? 0;
    seen.set(`${type}:${key}`, before + 1);
    return before;
  };
  for (const node of nodes) {
    const parent = node.parent === null ? null : (drafts.get(node.parent) ?? null);
    const problems: EntityProblem[] = [];
    const input = parent === null ? node.input : withParent(node, parent, problems);
    const { entity, problems: found, texts } = complete(node.type, input, { context, named: true, count });
    problems.push(...found);
    const own = node.input['id'];
    const id = entity?.id ?? idOf(own);
    // In a parent without an id two entities would seem to be one.
    const whole = problems.length === 0 && (parent === null || parent.id !== null);
    drafts.set(node, { node, entity: whole ? entity : null, id: parent === null || parent.id !== null ? id : idOf(own), texts });
    if (problems.length > 0) errors.push(...located(node, problemEntity(node, input, id), problems));
  }
  return [...drafts.values()];
}

function idOf(given: unknown): string | null {
  return typeof given === 'string' && isUuid(given) ? given.toLowerCase() : null;
}

/** Input of a nested entity with the reference to its parent; a reference of its own may only repeat that. */
function withParent(node: DocumentNode, parent: EntityDraft, problems: EntityProblem[]): Draft {
  const field = node.parentField ?? '';
  const given = node.input[field];
  if (given !== undefined && given !== null && !refersTo(given, parent))
    problems.push({ path: field, message: 'value must be null', scope: 'field' });
  return { ...node.input, [field]: { id: parent.id ?? NIL_UUID } };
}

function refersTo(reference: unknown, parent: EntityDraft): boolean {
  const text = typeof reference === 'object' && reference !== null ? (reference as { id?: unknown }).id : reference;
  const key = definitionOf(parent.node.type).endpointKey;
  return text === parent.id || (typeof reference === 'string' && key !== null && parent.node.input[key] === reference);
}

/** Problems of an entity as problems of the document. */
export function located(node: DocumentNode, entity: ProblemEntity, problems: readonly EntityProblem[]): DeclarativeProblem[] {
  return problems.map(({ path, message, scope }) => ({
    location: path === '' ? node.location : `${node.location}.${path}`,
    path,
    message,
    scope,
    entity,
  }));
}

/** What an error tells of its entity. */
export function problemEntity(node: DocumentNode, input: Draft, id: string | null): ProblemEntity {
  const { name, tags } = input;
  const shown: Draft = { ...input };
  if (node.parentField !== null && (shown[node.parentField] as { id?: unknown } | undefined)?.id === NIL_UUID)
    delete shown[node.parentField];
  return {
    type: node.type,
    name: typeof name === 'string' && name !== '' ? name : null,
    id,
    tags: Array.isArray(tags) && tags.every((tag) => typeof tag === 'string') ? tags : null,
    input: shown,
  };
}
