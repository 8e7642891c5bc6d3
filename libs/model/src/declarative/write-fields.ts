import type { Entity, EntityType } from '@gibbon/contracts/entities';
import type { JsonSchema } from '@gibbon/schema';
import { sameValue } from '../delta/same-value.ts';
import { definitionOf } from '../entities/registry.ts';

/** Which fields of an entity to write. */
export interface FieldOptions {
  /** `kong` (default) leaves out what only Gibbon understands. */
  readonly target?: 'gibbon' | 'kong';
  /** Whether fields that have their default are left out; default false. */
  readonly omitDefaults?: boolean;
  /** Whether unset fields are written as `null`; default false. */
  readonly nulls?: boolean;
}

/** The fields of an entity as a document has them. References as in the entity. */
export function writeFields(type: EntityType, entity: Entity, options: FieldOptions): Record<string, unknown> {
  return writeRecord(definitionOf(type).schema, entity as unknown as Record<string, unknown>, options);
}

function writeRecord(schema: JsonSchema, record: Readonly<Record<string, unknown>>, options: FieldOptions): Record<string, unknown> {
  const properties = schema['properties'] as Readonly<Record<string, JsonSchema>>;
  const out: Record<string, unknown> = {};
  for (const [key, property] of Object.entries(properties)) {
    const value = record[key];
    if (!isWritten(property, value, options)) continue;
    const written = writeValue(property, value, options);
    if (written !== undefined) out[key] = written;
  }
  return out;
}

function isWritten(property: JsonSchema, value: unknown, options: FieldOptions): boolean {
  if (value === undefined || (value === null && options.nulls !== true)) return false;
  if (options.target !== 'gibbon' && property['x-gibbon'] === true) return false;
  if (property['x-computed'] === true && options.nulls !== true) return false;
  const isDefault = (options.omitDefaults === true && property['x-dynamic-default'] !== true) || property['x-omit-default'] === true;
  return !(isDefault && property['default'] !== undefined && sameValue(property['default'], value));
}

/** @returns `undefined` for a record of which nothing is left. */
function writeValue(property: JsonSchema, value: unknown, options: FieldOptions): unknown {
  if (Array.isArray(value)) return writeArray(property, value, options);
  if (typeof value !== 'object' || value === null || property['properties'] === undefined || property['x-foreign'] !== undefined)
    return value;
  const record = writeRecord(property, value as Readonly<Record<string, unknown>>, options);
  return options.omitDefaults === true && Object.keys(record).length === 0 ? undefined : record;
}

function writeArray(property: JsonSchema, elements: readonly unknown[], options: FieldOptions): readonly unknown[] {
  const items = property['items'] as JsonSchema | undefined;
  if (items?.['properties'] === undefined) return elements;
  return elements.map((element) => writeRecord(items, element as Readonly<Record<string, unknown>>, options));
}
