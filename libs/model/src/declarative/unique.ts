import { definitionOf } from '../entities/registry.ts';
import { located, problemEntity, type EntityDraft } from './complete-nodes.ts';
import type { DeclarativeProblem } from './problem.ts';

/** Reports values that no two entities may share, ids first among them. */
export function checkUnique(drafts: readonly EntityDraft[], errors: DeclarativeProblem[]): void {
  const seen = new Set<string>();
  const claim = (key: string): boolean => !seen.has(key) && seen.add(key) !== null;
  for (const { node, entity, id } of drafts) {
    if (entity === null) continue;
    const fields = entity as unknown as Readonly<Record<string, unknown>>;
    const taken = definitionOf(node.type).unique.filter(
      (field) => typeof fields[field] === 'string' && !claim(`${node.type}:${field}:${fields[field]}`),
    );
    // An entity that repeats a name repeats the id made of it: that is one mistake.
    const idTaken = !claim(`${node.type}:id:${entity.id}`) && taken.length === 0;
    const messages = [
      ...taken.map((field) => `${field} set to '${String(fields[field])}'`),
      ...(idTaken ? [`primary key set to '${entity.id}'`] : []),
    ];
    const problems = messages.map((what) => ({
      path: '',
      message: `uniqueness violation: '${node.type}' entity with ${what} already declared`,
      scope: 'record' as const,
    }));
    if (problems.length > 0) errors.push(...located(node, problemEntity(node, node.input, id), problems));
  }
}
