import { compileRules } from './rules.ts';
import type { CompileContext, JsonSchema, Node } from './node.ts';
import { Report } from './report.ts';
import { toRegExp } from './scalar.ts';

const ABSENT_RECORD = Object.freeze({});

/** An object: a record with named fields, a map with free keys, or both. */
export function objectNode(schema: JsonSchema, pointer: string, context: CompileContext): Node {
  const properties = propertiesOf(schema, pointer, context);
  const rest = restOf(schema, pointer, context);
  const needed = requiredOf(schema).filter((name) => !properties.some(({ key }) => key === name));
  const rules = compileRules(schema['x-kong-checks'], `${pointer}/x-kong-checks`);
  const expected = schema['properties'] === undefined ? 'a map' : 'a record';
  const check: Node['check'] = (value, report) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      report.add(`expected ${expected}`);
      return value;
    }
    const input = value as Readonly<Record<string, unknown>>;
    const mark = report.problems.length;
    const entries: [string, unknown][] = [];
    for (const property of properties) checkProperty(property, input, entries, report);
    checkRest(rest, input, entries, report);
    for (const name of needed) if (input[name] === undefined) report.addAt(name, 'required field missing');
    // fromEntries defines own properties, so a key `__proto__` stays a key.
    const output = Object.fromEntries(entries);
    for (const rule of rules) rule(output, report, mark);
    return Object.freeze(output);
  };
  return { expected, nullable: false, absent: expansion(expected, check), check };
}

interface Property {
  readonly key: string;
  readonly node: Node;
  readonly required: boolean;
  /** `null` gives the default instead of "unset". */
  readonly nullIsDefault: boolean;
  /** Whether an absent record is entered to name what it lacks; a reference is missing as a whole. */
  readonly entered: boolean;
}

/** Keys beside the named ones. */
interface Rest {
  readonly named: ReadonlySet<string>;
  readonly patterns: readonly { readonly pattern: RegExp; readonly node: Node }[];
  /** For keys that no pattern takes; `null` refuses them. */
  readonly others: Node | null;
  /** What keys must look like, or `null`. */
  readonly names: Node | null;
}

function propertiesOf(schema: JsonSchema, pointer: string, context: CompileContext): Property[] {
  const required = new Set(requiredOf(schema));
  const declared = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  return declared.map(([key, property]) => ({
    key,
    node: context.compile(property, `${pointer}/properties/${key}`),
    required: required.has(key),
    nullIsDefault: property['x-null-is-default'] === true,
    entered: property['x-foreign'] === undefined,
  }));
}

function requiredOf(schema: JsonSchema): readonly string[] {
  return Array.isArray(schema['required']) ? (schema['required'] as string[]) : [];
}

function restOf(schema: JsonSchema, pointer: string, context: CompileContext): Rest {
  const patterns = Object.entries((schema['patternProperties'] ?? {}) as Record<string, unknown>).map(([pattern, value]) => ({
    pattern: toRegExp(pattern, `${pointer}/patternProperties`),
    node: context.compile(value, `${pointer}/patternProperties/${pattern}`),
  }));
  const closed = schema['additionalProperties'] === undefined && (schema['properties'] !== undefined || patterns.length > 0);
  const others = schema['additionalProperties'] ?? !closed;
  return {
    named: new Set(Object.keys(schema['properties'] ?? {})),
    patterns,
    others: others === false ? null : context.compile(others, `${pointer}/additionalProperties`),
    names: schema['propertyNames'] === undefined ? null : context.compile(schema['propertyNames'], `${pointer}/propertyNames`),
  };
}

function checkProperty(property: Property, input: Readonly<Record<string, unknown>>, entries: [string, unknown][], report: Report): void {
  const { key, node } = property;
  let value = Object.hasOwn(input, key) ? input[key] : undefined;
  if (value === null && property.nullIsDefault) value = undefined;
  if (value === undefined) {
    if (node.absent !== undefined) {
      entries.push([key, node.absent]);
      return;
    }
    // A required record is entered, so that its own missing fields are named.
    if (property.required && property.entered && node.expected === 'a record') value = ABSENT_RECORD;
  } else if (value === null && node.nullable) {
    entries.push([key, null]);
    return;
  }
  report.enter(key);
  if (value !== undefined && value !== null) entries.push([key, node.check(value, report)]);
  else if (property.required) report.add('required field missing');
  report.leave();
}

function checkRest(rest: Rest, input: Readonly<Record<string, unknown>>, entries: [string, unknown][], report: Report): void {
  for (const key of Object.keys(input)) {
    const value = input[key];
    if (value === undefined || rest.named.has(key)) continue;
    report.enter(key);
    const node = rest.patterns.find(({ pattern }) => pattern.test(key))?.node ?? rest.others;
    if (node === null) report.add('unknown field');
    else {
      rest.names?.check(key, report);
      if (value === null && !node.nullable) report.add('required field missing');
      else entries.push([key, node.check(value, report)]);
    }
    report.leave();
  }
}

/** What an absent record becomes when its defaults suffice: Kong's "records are required by default". */
function expansion(expected: string, check: Node['check']): unknown {
  if (expected !== 'a record') return undefined;
  const trial = new Report();
  const complete = check(ABSENT_RECORD, trial);
  return trial.problems.length === 0 && Object.keys(complete as object).length > 0 ? complete : undefined;
}
