import { GatewayError } from '@gibbon/contracts/errors';
import type { ConfigSchema } from '@gibbon/contracts/module';
import { arrayNode } from './array.ts';
import { FORMATS } from './formats/index.ts';
import { frozenCopy } from './freeze.ts';
import type { CompileContext, FormatCheck, JsonSchema, Node } from './node.ts';
import { objectNode } from './object.ts';
import { Report, type SchemaProblem } from './report.ts';
import { booleanNode, numberNode, stringNode } from './scalar.ts';
import { unionNode } from './union.ts';

/** A complete configuration, or every problem of the raw one. */
export type SchemaResult<C> =
  | { readonly ok: true; readonly config: C }
  | { readonly ok: false; readonly problems: readonly SchemaProblem[] };

/** Checks and completes a raw configuration. Never throws; does not change its argument; `undefined` counts as `{}`. */
export type Validator<C> = (raw: unknown) => SchemaResult<C>;

/** What {@link compileSchema} may be told. */
export interface CompileOptions {
  /** Checks for values of `format` beside the ones in {@link FORMATS}. */
  readonly formats?: Readonly<Record<string, FormatCheck>>;
}

/**
 * Compiles a schema: once per module and entity type, some ten microseconds. The validator applies defaults all the way
 * down (an absent record appears when its defaults suffice), refuses unknown keys, freezes what it returns, and reports
 * every problem with its dotted 1-based path in Kong's words. An explicit `null` means "unset" and suppresses a default.
 *
 * Understood: type, enum, const, anyOf, oneOf (as anyOf), properties, required, additionalProperties,
 * patternProperties, propertyNames, items, minItems, maxItems, uniqueItems (drops repeated elements), minLength,
 * maxLength, pattern, format, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, default; and
 * `x-kong-checks` (see FieldRule), `x-referenceable` (a vault reference may stand here), `x-message` (replaces the text of
 * a failed constraint), `x-null-is-default`. Annotations are ignored, e.g. `x-foreign` (the type of the entities whose ids are here).
 * @throws GatewayError `GW_SCHEMA_INVALID` when the schema is wrong, uses another constraint, or has a default that it
 * does not accept itself.
 * @see https://json-schema.org/draft/2020-12
 */
export function compileSchema<C>(schema: ConfigSchema<C>, options: CompileOptions = {}): Validator<C> {
  const formats = options.formats === undefined ? FORMATS : new Map([...FORMATS, ...Object.entries(options.formats)]);
  const context: CompileContext = { formats, compile: (inner, pointer) => compileNode(inner, pointer, context) };
  if (schema['type'] !== 'object') throw invalid('#', 'the schema of a configuration has type "object"');
  const root = context.compile(schema, '#');
  return (raw) => {
    const report = new Report();
    const config = root.check(raw === undefined ? {} : raw, report) as C;
    return report.problems.length === 0 ? { ok: true, config } : { ok: false, problems: report.problems };
  };
}

/** Constraints that would be silently ignored if they were not refused. */
const UNSUPPORTED = [
  '$ref',
  '$dynamicRef',
  'allOf',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'prefixItems',
  'dependentRequired',
  'dependentSchemas',
  'minProperties',
  'maxProperties',
  'unevaluatedProperties',
  'unevaluatedItems',
];

const ANYTHING: Node = {
  expected: 'anything',
  nullable: true,
  absent: undefined,
  check(value, report) {
    const copy = frozenCopy(value);
    if (copy === undefined) report.add('expected data of at most 200 levels');
    return copy;
  },
};

function compileNode(schema: unknown, pointer: string, context: CompileContext): Node {
  if (schema === true) return ANYTHING;
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) throw invalid(pointer, 'expected a schema');
  const keywords = schema as JsonSchema;
  for (const keyword of UNSUPPORTED) if (keywords[keyword] !== undefined) throw invalid(pointer, `"${keyword}" is not supported`);
  return withDefault(typedNode(keywords, pointer, context), keywords, pointer);
}

function typedNode(schema: JsonSchema, pointer: string, context: CompileContext): Node {
  if (schema['anyOf'] !== undefined) return unionNode(schema['anyOf'], `${pointer}/anyOf`, context);
  if (schema['oneOf'] !== undefined) return unionNode(schema['oneOf'], `${pointer}/oneOf`, context);
  const type = schema['type'];
  if (Array.isArray(type)) {
    const branches = type.map((name: unknown) => (name === 'null' ? { type: 'null' } : { ...schema, type: name, default: undefined }));
    return unionNode(branches, `${pointer}/type`, context);
  }
  switch (type) {
    case 'string':
      return stringNode(schema, pointer, context);
    case 'number':
    case 'integer':
      return numberNode(schema, type === 'integer');
    case 'boolean':
      return booleanNode(schema);
    case 'array':
      return arrayNode(schema, pointer, context);
    case 'object':
      return objectNode(schema, pointer, context);
    case undefined:
      return untypedNode(schema, pointer, context);
    default:
      throw invalid(pointer, `unknown type ${JSON.stringify(type)}`);
  }
}

function untypedNode(schema: JsonSchema, pointer: string, context: CompileContext): Node {
  if (schema['properties'] !== undefined) return objectNode(schema, pointer, context);
  if (schema['items'] !== undefined) return arrayNode(schema, pointer, context);
  const values = schema['const'] === undefined ? schema['enum'] : [schema['const']];
  if (!Array.isArray(values)) return ANYTHING;
  return unionNode(
    values.map((value: unknown) => (value === null ? { type: 'null' } : { const: value })),
    pointer,
    context,
  );
}

function withDefault(node: Node, schema: JsonSchema, pointer: string): Node {
  const { default: given } = schema;
  if (given === undefined) return node;
  const trial = new Report();
  const absent = node.check(given, trial);
  const [problem] = trial.problems;
  if (problem !== undefined) {
    throw invalid(`${pointer}/default`, problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`);
  }
  return { ...node, absent };
}

function invalid(pointer: string, message: string): GatewayError {
  return new GatewayError('GW_SCHEMA_INVALID', `${pointer}: ${message}`, { source: 'internal' });
}
