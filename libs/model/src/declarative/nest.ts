import type { Configuration, Entity, EntityType } from '@gibbon/contracts/entities';
import { definitionOf, ENTITY_TYPES } from '../entities/registry.ts';
import { isUuid } from '../ids/uuid.ts';
import { writeFields, type FieldOptions } from './write-fields.ts';

/** The shape of a declarative document. */
export interface DocumentOptions extends FieldOptions {
  /** Whether children stand inside their parents (services › routes › plugins); default true. */
  readonly nested?: boolean;
  /** `false` says that values are stored as they are (Kong's answer to `GET /config`). */
  readonly transform?: false;
}

type Written = Record<string, unknown>;

/**
 * A configuration as a document of plain objects. Entities by name, then by id; a child with one parent stands inside it,
 * one with several at the top. References at the top are ids when nothing is nested, otherwise names where there are any.
 */
export function documentOf(configuration: Configuration, options: DocumentOptions = {}): Readonly<Record<string, unknown>> {
  const { nested = true, transform, ...fields } = options;
  const document: Record<string, unknown> = { _format_version: '3.0', ...(transform === false && { _transform: false }) };
  const written = new Map<string, Written>();
  const names = nested ? namesOf(configuration) : new Map<string, string>();
  for (const type of ENTITY_TYPES) {
    // A Kong has no such entities, and refuses a document with them.
    if (type === 'listeners' && options.target !== 'gibbon') continue;
    for (const entity of sorted(type, configuration[type])) {
      const parent = nested ? parentOf(type, entity, written) : null;
      const out = writeFields(type, entity, fields);
      writeReferences(type, entity, { out, names, skip: parent?.field ?? null });
      written.set(`${type}:${entity.id}`, out);
      append(parent?.written ?? document, type, out);
    }
  }
  return ordered(document);
}

/** Top-level keys in an order that reads well: what serves traffic first. */
function ordered(document: Record<string, unknown>): Record<string, unknown> {
  const order = ['_format_version', '_transform', 'services', 'routes', 'upstreams', 'targets', 'consumers', 'plugins'];
  const keys = [...order.filter((key) => key in document), ...Object.keys(document).filter((key) => !order.includes(key))];
  return Object.fromEntries(keys.map((key) => [key, document[key]]));
}

function sorted(type: EntityType, entities: readonly Entity[]): readonly Entity[] {
  const key = type === 'plugins' ? 'name' : definitionOf(type).endpointKey;
  const label = (entity: Entity): string => {
    const value = key === null ? null : (entity as unknown as Written)[key];
    // After every name.
    return typeof value === 'string' ? `0${value}` : '1';
  };
  return [...entities].sort((a, b) => compare(label(a), label(b)) || compare(a.id, b.id));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The parent to nest an entity in: where its only reference of the kind `service` › services leads. */
function parentOf(
  type: EntityType,
  entity: Entity,
  written: ReadonlyMap<string, Written>,
): { readonly field: string; readonly written: Written } | null {
  const links: { field: string; written: Written | undefined }[] = [];
  for (const [field, target] of Object.entries(definitionOf(type).foreignKeys)) {
    const id = idOf(entity, field);
    // `client_certificate` is a use, not a home.
    if (id !== null && target === `${field}s`) links.push({ field, written: written.get(`${target}:${id}`) });
  }
  const [only, ...more] = links;
  return only?.written === undefined || more.length > 0 ? null : { field: only.field, written: only.written };
}

function writeReferences(
  type: EntityType,
  entity: Entity,
  { out, names, skip }: { readonly out: Written; readonly names: ReadonlyMap<string, string>; readonly skip: string | null },
): void {
  for (const [field, target] of Object.entries(definitionOf(type).foreignKeys)) {
    const id = idOf(entity, field);
    if (id === null) continue;
    if (field === skip) delete out[field];
    else out[field] = names.get(`${target}:${id}`) ?? id;
  }
}

function idOf(entity: Entity, field: string): string | null {
  const reference = (entity as unknown as Written)[field];
  return typeof reference === 'object' && reference !== null && 'id' in reference ? String(reference.id) : null;
}

/** Names that lead to an entity when a reference gives them. */
function namesOf(configuration: Configuration): Map<string, string> {
  const names = new Map<string, string>();
  for (const type of ENTITY_TYPES) {
    const { endpointKey, unique } = definitionOf(type);
    if (endpointKey === null || !unique.includes(endpointKey)) continue;
    for (const entity of configuration[type]) {
      const name = (entity as unknown as Written)[endpointKey];
      // What looks like an id is read as one.
      if (typeof name === 'string' && !isUuid(name)) names.set(`${type}:${entity.id}`, name);
    }
  }
  return names;
}

function append(parent: Written, type: EntityType, child: Written): void {
  const list = parent[type];
  if (Array.isArray(list)) list.push(child);
  else parent[type] = [child];
}
