import { GatewayError } from '@gibbon/contracts/errors';
import type { CompileContext, JsonSchema, Node } from './node.ts';
import type { Report } from './report.ts';

type Rule<T> = (value: T) => string | null;

/** A string: type, then length, then pattern, then format; the first that fails speaks, as in Kong. */
export function stringNode(schema: JsonSchema, pointer: string, context: CompileContext): Node {
  const rules: Rule<string>[] = [];
  const length = lengthRule(schema['minLength'], schema['maxLength']);
  if (length !== null) rules.push((value) => length(codePoints(value)));
  if (schema['pattern'] !== undefined) {
    const pattern = toRegExp(schema['pattern'], pointer);
    rules.push((value) => (pattern.test(value) ? null : `invalid value: ${value}`));
  }
  const format = typeof schema['format'] === 'string' ? context.formats.get(schema['format']) : undefined;
  if (format !== undefined) rules.push(format);
  const referenceable = schema['x-referenceable'] === true;
  return scalar('a string', schema, (value, report) => {
    if (typeof value !== 'string') report.add('expected a string');
    else if (!(referenceable && isVaultReference(value))) apply(rules, value, report, schema);
    return value;
  });
}

/** A number or an integer. */
export function numberNode(schema: JsonSchema, integer: boolean): Node {
  const expected = integer ? 'an integer' : 'a number';
  const rules = numberRules(schema);
  return scalar(expected, schema, (value, report) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) report.add(`expected ${expected}`);
    else if (integer && !Number.isInteger(value)) report.add('expected an integer');
    else apply(rules, value, report, schema);
    return value;
  });
}

/** `true` or `false`. */
export function booleanNode(schema: JsonSchema): Node {
  return scalar('a boolean', schema, (value, report) => {
    if (typeof value !== 'boolean') report.add('expected a boolean');
    return value;
  });
}

/** Rule on a length, or `null` when the schema has none. Kong's words. */
export function lengthRule(least: unknown, most: unknown): Rule<number> | null {
  const min = typeof least === 'number' ? least : 0;
  const max = typeof most === 'number' ? most : Number.POSITIVE_INFINITY;
  if (min <= 0 && max === Number.POSITIVE_INFINITY) return null;
  if (min === max) return (length) => (length === min ? null : `length must be ${min}`);
  return (length) => {
    if (length < min) return `length must be at least ${min}`;
    return length > max ? `length must be at most ${max}` : null;
  };
}

/** Whether a value is a reference to a secret in a vault, e.g. `{vault://env/db-password}`. */
export function isVaultReference(value: string): boolean {
  return value.startsWith('{vault://') && value.endsWith('}');
}

/** A regular expression of a schema. @throws GatewayError `GW_SCHEMA_INVALID`. */
export function toRegExp(pattern: unknown, pointer: string): RegExp {
  try {
    return new RegExp(String(pattern), 'u');
  } catch (cause) {
    throw new GatewayError('GW_SCHEMA_INVALID', `${pointer}: "pattern" is not a regular expression: ${String(pattern)}`, {
      source: 'internal',
      cause,
    });
  }
}

function scalar(expected: string, schema: JsonSchema, check: Node['check']): Node {
  const values = schema['enum'];
  if (schema['const'] !== undefined) return { expected, nullable: false, absent: undefined, check: constant(schema['const'], check) };
  return { expected, nullable: false, absent: undefined, check: Array.isArray(values) ? oneOf(values, check) : check };
}

function constant(wanted: unknown, check: Node['check']): Node['check'] {
  return (value, report) => {
    const before = report.problems.length;
    check(value, report);
    if (report.problems.length === before && value !== wanted) report.add(`value must be ${String(wanted)}`);
    return value;
  };
}

function oneOf(values: readonly unknown[], check: Node['check']): Node['check'] {
  const allowed: readonly unknown[] = values.filter((value) => value !== null);
  const message = `expected one of: ${allowed.join(', ')}`;
  return (value, report) => {
    const before = report.problems.length;
    check(value, report);
    if (report.problems.length === before && !allowed.includes(value)) report.add(message);
    return value;
  };
}

function numberRules(schema: JsonSchema): Rule<number>[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const rules: Rule<number>[] = [];
  if (typeof minimum === 'number' && typeof maximum === 'number') {
    rules.push((value) => (value >= minimum && value <= maximum ? null : `value should be between ${minimum} and ${maximum}`));
  } else if (typeof minimum === 'number') {
    rules.push((value) => (value >= minimum ? null : `value must be at least ${minimum}`));
  } else if (typeof maximum === 'number') {
    rules.push((value) => (value <= maximum ? null : `value must be at most ${maximum}`));
  }
  if (typeof exclusiveMinimum === 'number')
    rules.push((value) => (value > exclusiveMinimum ? null : `value must be greater than ${exclusiveMinimum}`));
  if (typeof exclusiveMaximum === 'number')
    rules.push((value) => (value < exclusiveMaximum ? null : `value must be less than ${exclusiveMaximum}`));
  if (typeof multipleOf === 'number')
    rules.push((value) => (Number.isInteger(value / multipleOf) ? null : `value must be a multiple of ${multipleOf}`));
  return rules;
}

function apply<T>(rules: readonly Rule<T>[], value: T, report: Report, schema: JsonSchema): void {
  for (const rule of rules) {
    const message = rule(value);
    if (message === null) continue;
    report.add(typeof schema['x-message'] === 'string' ? schema['x-message'] : message);
    return;
  }
}

/** Length in code points, as JSON Schema counts. */
function codePoints(value: string): number {
  let count = 0;
  for (let i = 0; i < value.length; i++) {
    if ((value.charCodeAt(i) & 0xfc00) !== 0xdc00) count++;
  }
  return count;
}
