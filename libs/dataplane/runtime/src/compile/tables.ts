import type { Configuration, ConfigurationDelta, Entity, EntityType, EntityTypes } from '@gibbon/contracts/entities';
import type { EntityLookup } from '@gibbon/contracts/plugin';

type Row = Entity;
type FieldIndex = Map<string, Row>;
type ReferenceIndex = Map<string, Row[]>;

const NO_ROWS: readonly never[] = Object.freeze([]);

/** Rows of one entity type, with indexes that are built when first asked for and kept up to date after. */
class Table {
  readonly rows = new Map<string, Row>();
  readonly #fields = new Map<string, FieldIndex>();
  readonly #references = new Map<string, ReferenceIndex>();

  set(row: Row): void {
    this.delete(row.id);
    this.rows.set(row.id, row);
    for (const [field, index] of this.#fields) fileByField(index, field, row);
    for (const [reference, index] of this.#references) fileByReference(index, reference, row);
  }

  delete(id: string): void {
    const row = this.rows.get(id);
    if (row === undefined) return;
    this.rows.delete(id);
    for (const [field, index] of this.#fields) {
      const value = stringField(row, field);
      if (value !== null && index.get(value) === row) index.delete(value);
    }
    for (const [reference, index] of this.#references) unfileReference(index, reference, row);
  }

  find(field: string, value: string): Row | null {
    let index = this.#fields.get(field);
    if (index === undefined) {
      index = new Map();
      for (const row of this.rows.values()) fileByField(index, field, row);
      this.#fields.set(field, index);
    }
    return index.get(value) ?? null;
  }

  children(reference: string, parentId: string): readonly Row[] {
    let index = this.#references.get(reference);
    if (index === undefined) {
      index = new Map();
      for (const row of this.rows.values()) fileByReference(index, reference, row);
      this.#references.set(reference, index);
    }
    return index.get(parentId) ?? NO_ROWS;
  }
}

/**
 * The configuration of a data plane as tables: changed in place by deltas at a cost that follows the delta, read by
 * plugins through {@link EntityLookup}. Rows themselves are never mutated.
 */
export class ConfigurationTables implements EntityLookup {
  readonly #tables = new Map<string, Table>();

  /** Writes and removes rows. */
  apply(delta: ConfigurationDelta): void {
    for (const [type, change] of Object.entries(delta)) {
      const table = this.#table(type);
      for (const id of change.deleted) table.delete(id);
      for (const row of change.upserted) table.set(row);
    }
  }

  get<T extends EntityType>(type: T, id: string): EntityTypes[T] | null {
    return (this.#tables.get(type)?.rows.get(id) as EntityTypes[T] | undefined) ?? null;
  }

  find<T extends EntityType>(type: T, field: string, value: string): EntityTypes[T] | null {
    return (this.#tables.get(type)?.find(field, value) as EntityTypes[T] | null | undefined) ?? null;
  }

  children<T extends EntityType>(type: T, reference: string, parentId: string): readonly EntityTypes[T][] {
    return (this.#tables.get(type)?.children(reference, parentId) as readonly EntityTypes[T][] | undefined) ?? NO_ROWS;
  }

  /** Rows by a string field whose values may repeat, e.g. all services of a host. */
  filed<T extends EntityType>(type: T, field: string, value: string): readonly EntityTypes[T][] {
    return this.children(type, field, value);
  }

  /** All rows of a type, in order of arrival. */
  all<T extends EntityType>(type: T): IterableIterator<EntityTypes[T]> {
    return this.#table(type).rows.values() as IterableIterator<EntityTypes[T]>;
  }

  /** Number of rows of a type. */
  count(type: EntityType): number {
    return this.#tables.get(type)?.rows.size ?? 0;
  }

  /** The difference that turns these tables into a whole configuration. Rows that are the same object are not in it. */
  deltaTo(configuration: Configuration): ConfigurationDelta {
    const delta: Record<string, { upserted: Entity[]; deleted: string[] }> = {};
    for (const type of new Set([...this.#tables.keys(), ...Object.keys(configuration)])) {
      const wanted = new Map((configuration[type as EntityType] as readonly Entity[] | undefined)?.map((row) => [row.id, row]));
      const rows = this.#table(type).rows;
      const upserted = [...wanted.values()].filter((row) => rows.get(row.id) !== row);
      const deleted = [...rows.keys()].filter((id) => !wanted.has(id));
      if (upserted.length > 0 || deleted.length > 0) delta[type] = { upserted, deleted };
    }
    return delta;
  }

  #table(type: string): Table {
    let table = this.#tables.get(type);
    if (table === undefined) {
      table = new Table();
      this.#tables.set(type, table);
    }
    return table;
  }
}

function stringField(row: Row, field: string): string | null {
  const value = (row as unknown as Record<string, unknown>)[field];
  return typeof value === 'string' ? value : null;
}

function referenceOf(row: Row, reference: string): string | null {
  const value = (row as unknown as Record<string, unknown>)[reference];
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' ? value.id : null;
}

function fileByField(index: FieldIndex, field: string, row: Row): void {
  const value = stringField(row, field);
  if (value !== null) index.set(value, row);
}

function fileByReference(index: ReferenceIndex, reference: string, row: Row): void {
  const parent = referenceOf(row, reference);
  if (parent === null) return;
  const siblings = index.get(parent);
  if (siblings === undefined) index.set(parent, [row]);
  else siblings.push(row);
}

function unfileReference(index: ReferenceIndex, reference: string, row: Row): void {
  const parent = referenceOf(row, reference);
  const siblings = parent === null ? undefined : index.get(parent);
  if (parent === null || siblings === undefined) return;
  const rest = siblings.filter((sibling) => sibling !== row);
  if (rest.length === 0) index.delete(parent);
  else index.set(parent, rest);
}
