import type { EntityType } from '@gibbon/contracts/entities';
import type { Draft } from '../entities/definition.ts';
import { childrenOf, isEntityType } from '../entities/registry.ts';
import type { DeclarativeProblem } from './problem.ts';

/** One entity of a document, flat or nested. */
export interface DocumentNode {
  readonly type: EntityType;
  /** Where it stands, 1-based: `services.1.routes.2`. */
  readonly location: string;
  /** What stands there, without nested children and comments. */
  readonly input: Draft;
  readonly parent: DocumentNode | null;
  /** The field that refers to the parent. */
  readonly parentField: string | null;
}

/** Keys of a document that are no entities, with their check. */
const META: Readonly<Record<string, (value: unknown) => string | null>> = {
  _format_version: () => null,
  _transform: (value) => (value === null || typeof value === 'boolean' ? null : 'expected a boolean'),
  _comment: (value) => (value === null || typeof value === 'string' ? null : 'expected a string'),
  _ignore: (value) => (value === null || Array.isArray(value) ? null : 'expected an array'),
};

/** All entities of a document in its order, parents before what is nested in them. Reports what is no entity. */
export function collect(document: Readonly<Record<string, unknown>>, problems: DeclarativeProblem[]): readonly DocumentNode[] {
  const nodes: DocumentNode[] = [];
  for (const [key, value] of Object.entries(document)) {
    if (isEntityType(key)) {
      collectList(value, { type: key, parent: null, parentField: null, location: key }, nodes, problems);
      continue;
    }
    const check = Object.hasOwn(META, key) ? META[key] : undefined;
    const message = check === undefined ? 'unknown field' : check(value);
    if (message !== null) problems.push({ location: key, path: key, message, entity: null });
  }
  return nodes;
}

function collectList(list: unknown, place: Omit<DocumentNode, 'input'>, nodes: DocumentNode[], problems: DeclarativeProblem[]): void {
  if (list === null || list === undefined) return;
  if (!Array.isArray(list)) {
    problems.push({ location: place.location, path: place.location, message: 'expected an array', entity: null });
    return;
  }
  list.forEach((element: unknown, index) => {
    const location = `${place.location}.${index + 1}`;
    if (typeof element !== 'object' || element === null || Array.isArray(element)) {
      problems.push({ location, path: location, message: 'expected a record', entity: null });
    } else {
      collectNode(element as Readonly<Record<string, unknown>>, { ...place, location }, nodes, problems);
    }
  });
}

function collectNode(
  element: Readonly<Record<string, unknown>>,
  place: Omit<DocumentNode, 'input'>,
  nodes: DocumentNode[],
  problems: DeclarativeProblem[],
): void {
  const input: Draft = { ...element };
  delete input['_comment'];
  delete input['_ignore'];
  const node: DocumentNode = { ...place, input };
  nodes.push(node);
  for (const { type, field } of childrenOf(place.type)) {
    if (!Object.hasOwn(input, type)) continue;
    delete input[type];
    collectList(element[type], { type, parent: node, parentField: field, location: `${place.location}.${type}` }, nodes, problems);
  }
}
