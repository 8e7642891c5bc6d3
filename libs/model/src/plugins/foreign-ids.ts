import type { EntityType } from '@gibbon/contracts/entities';
import type { ConfigSchema, Modules } from '@gibbon/contracts/module';
import { isEntityType } from '../entities/registry.ts';

/** An entity that a configuration names. */
export interface ForeignId {
  readonly type: EntityType;
  readonly id: string;
}

/** Collects the ids in a value. */
type Find = (value: unknown, found: ForeignId[]) => void;

/**
 * Finds the entities that configurations of a schema name. A schema says so with `x-foreign`, the type of the entities, at a
 * text that is an id, or at an object with one in `id`.
 * @returns a pure function: ids in the order of the schema; what is not as the schema says is passed over.
 */
export function foreignIdsOf(schema: ConfigSchema<unknown>): (config: unknown) => readonly ForeignId[] {
  const find = compile(schema);
  if (find === null) return () => [];
  return (config) => {
    const found: ForeignId[] = [];
    find(config, found);
    return found;
  };
}

/** What the configurations of the plugins of this process name. Nothing, for plugins that it does not know. */
export function moduleForeignIds(modules: Modules): (plugin: { readonly name: string; readonly config?: unknown }) => readonly ForeignId[] {
  const byName = new Map<string, (config: unknown) => readonly ForeignId[]>();
  return ({ name, config }) => {
    const find = byName.getOrInsertComputed(name, () => foreignIdsOf(modules.find('plugin', name)?.config ?? {}));
    return find(config);
  };
}

/** `null` where a schema has no ids: most have none. */
function compile(schema: unknown): Find | null {
  if (typeof schema !== 'object' || schema === null) return null;
  const { 'x-foreign': foreign, properties, items, additionalProperties, anyOf, oneOf } = schema as Readonly<Record<string, unknown>>;
  if (typeof foreign === 'string' && isEntityType(foreign)) return (value, found) => add(foreign, value, found);
  const parts = [
    ofProperties(properties),
    ofElements(compile(items)),
    ofRest(compile(additionalProperties), properties),
    ...[anyOf, oneOf].flatMap((choices) => (Array.isArray(choices) ? choices.map(compile) : [])),
  ].filter((part) => part !== null);
  if (parts.length === 0) return null;
  return (value, found) => {
    for (const part of parts) part(value, found);
  };
}

function add(type: EntityType, value: unknown, found: ForeignId[]): void {
  const id = isRecord(value) ? value['id'] : value;
  if (typeof id === 'string') found.push({ type, id });
}

function ofProperties(properties: unknown): Find | null {
  const finds = Object.entries(properties ?? {}).flatMap(([name, property]) => {
    const find = compile(property);
    return find === null ? [] : [[name, find] as const];
  });
  if (finds.length === 0) return null;
  return (value, found) => {
    if (isRecord(value)) for (const [name, find] of finds) find(value[name], found);
  };
}

function ofElements(find: Find | null): Find | null {
  if (find === null) return null;
  return (value, found) => {
    if (Array.isArray(value)) for (const element of value) find(element, found);
  };
}

function ofRest(find: Find | null, properties: unknown): Find | null {
  if (find === null) return null;
  const named = new Set(Object.keys(properties ?? {}));
  return (value, found) => {
    if (isRecord(value)) for (const [name, each] of Object.entries(value)) if (!named.has(name)) find(each, found);
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
