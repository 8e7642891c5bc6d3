import type * as TypeBox from 'typebox';

/**
 * The builders of TypeBox that configurations need, with TypeBox's types and names, made here: loading TypeBox itself
 * costs each thread about 100 ms of CPU. What they return is plain JSON Schema. Two differences, both visible in the
 * result: objects refuse unknown keys (`additionalProperties: false`), strings refuse to be empty (`minLength: 1`),
 * as Kong does; the options override either.
 * @see https://sinclairzx81.github.io/typebox/
 */
export const Type = {
  Any: (options?: Options) => build('Any', {}, options),
  Array: (items: Schema, options?: Options) => build('Array', { type: 'array', items }, options),
  Boolean: (options?: Options) => build('Boolean', { type: 'boolean' }, options),
  Enum: (values: readonly (string | number)[], options?: Options) => build('Enum', { ...typeOfAll(values), enum: [...values] }, options),
  Integer: (options?: Options) => build('Integer', { type: 'integer' }, options),
  Literal: (value: string | number | boolean, options?: Options) => build('Literal', { type: typeof value, const: value }, options),
  Null: (options?: Options) => build('Null', { type: 'null' }, options),
  Number: (options?: Options) => build('Number', { type: 'number' }, options),
  Object: (properties: Readonly<Record<string, Schema>>, options?: Options) => build('Object', objectOf(properties), options),
  Optional: (schema: Schema) => mark(mark({ ...schema }, '~kind', kindOf(schema)), '~optional', true),
  Record: (key: Schema, values: Schema, options?: Options) =>
    build('Record', { type: 'object', ...namesOf(key), additionalProperties: values }, options),
  String: (options?: Options) => build('String', { type: 'string', minLength: 1 }, options),
  Union: (anyOf: readonly Schema[], options?: Options) => build('Union', { anyOf: [...anyOf] }, options),
  Unknown: (options?: Options) => build('Unknown', {}, options),
  Unsafe: (schema: Schema) => mark({ ...schema }, '~unsafe', null),
} as unknown as Builders;

type Builders = Pick<
  typeof TypeBox.Type,
  | 'Any'
  | 'Array'
  | 'Boolean'
  | 'Enum'
  | 'Integer'
  | 'Literal'
  | 'Null'
  | 'Number'
  | 'Object'
  | 'Optional'
  | 'Record'
  | 'String'
  | 'Union'
  | 'Unknown'
  | 'Unsafe'
>;

/**
 * Lets a value be `null`, which is also its default: Kong's way to say "not set".
 * @param options further keywords, e.g. another `default`.
 * @example Type.Object({ realm: Nullable(Type.String({ description: 'Realm of the challenge.' })) })
 */
export function Nullable<T extends TypeBox.TSchema>(schema: T, options: Options = {}): TypeBox.TUnsafe<TypeBox.Static<T> | null> {
  const inner = schema as Schema;
  const allowed = Array.isArray(inner['enum']) ? { enum: [...(inner['enum'] as unknown[]), null] } : {};
  const nullable: Schema =
    typeof inner['type'] === 'string' && inner['const'] === undefined
      ? { ...inner, type: [inner['type'], 'null'], ...allowed, default: null, ...options }
      : { anyOf: [inner, { type: 'null' }], ...annotations(inner), default: null, ...options };
  return mark(nullable, '~unsafe', null) as unknown as TypeBox.TUnsafe<TypeBox.Static<T> | null>;
}

/** An array without duplicates, as Kong's sets: order is kept, repeated elements are dropped without complaint. */
export function SetOf<T extends TypeBox.TSchema>(items: T, options: Options = {}): TypeBox.TArray<T> {
  return Type.Array(items, { ...options, uniqueItems: true });
}

/**
 * An object with free keys.
 * @param options `propertyNames` restricts the keys, e.g. `{ propertyNames: Type.String({ format: 'header-name' }) }`.
 */
export function MapOf<T extends TypeBox.TSchema>(values: T, options: Options = {}): TypeBox.TUnsafe<Record<string, TypeBox.Static<T>>> {
  const map: Schema = { type: 'object', additionalProperties: values, ...options };
  return mark(map, '~unsafe', null) as unknown as TypeBox.TUnsafe<Record<string, TypeBox.Static<T>>>;
}

type Options = TypeBox.TSchemaOptions;
type Schema = Readonly<Record<string, unknown>>;

function build(kind: string, keywords: Schema, options: Options = {}): Schema {
  return mark({ ...keywords, ...options }, '~kind', kind);
}

/** TypeBox's own marks are not enumerable either: they never show in the JSON. */
function mark(schema: Schema, name: '~kind' | '~optional' | '~unsafe', value: unknown): Schema {
  return Object.defineProperty(schema, name, { value, enumerable: false });
}

function kindOf(schema: Schema): unknown {
  return (schema as { '~kind'?: unknown })['~kind'];
}

function objectOf(properties: Readonly<Record<string, Schema>>): Schema {
  const required = Object.keys(properties).filter((key) => !('~optional' in (properties[key] as Schema)));
  return { type: 'object', ...(required.length > 0 && { required }), properties, additionalProperties: false };
}

/** Keys that are any text need no rule. */
function namesOf(key: Schema): Schema {
  return Object.keys(key).every((keyword) => keyword === 'type' || keyword === 'minLength') ? {} : { propertyNames: key };
}

function typeOfAll(values: readonly (string | number)[]): Schema {
  if (values.every((value) => typeof value === 'string')) return { type: 'string' };
  if (values.every((value) => Number.isInteger(value))) return { type: 'integer' };
  return {};
}

function annotations(schema: Schema): Schema {
  return typeof schema['description'] === 'string' ? { description: schema['description'] } : {};
}
