import { GatewayError } from '@gibbon/contracts/errors';
import { matchProblem, type Match } from './match.ts';
import type { Report } from './report.ts';

/**
 * A rule on several fields of a record, as the keyword `x-kong-checks` lists them. Fields are dotted paths in the record.
 * @see https://developer.konghq.com/gateway/entities/ (entity checks of Kong's schemas)
 */
export type FieldRule =
  | { readonly at_least_one_of: readonly string[] }
  | { readonly only_one_of: readonly string[] }
  | { readonly mutually_required: readonly string[] }
  | { readonly mutually_exclusive: readonly string[] }
  | { readonly distinct: readonly string[] }
  | {
      readonly conditional: {
        readonly if_field: string;
        readonly if_match: Match;
        readonly then_field: string;
        readonly then_match: Match;
        /** Replaces Kong's text of the record's problem. */
        readonly then_err?: string;
      };
    }
  | {
      readonly conditional_at_least_one_of: {
        readonly if_field: string;
        readonly if_match: Match;
        readonly then_at_least_one_of: readonly string[];
      };
    };

/** A compiled rule; `mark` is the number of problems before the record's fields were checked. */
export type RecordRule = (record: Readonly<Record<string, unknown>>, report: Report, mark: number) => void;

/** Compiles `x-kong-checks`. @throws GatewayError `GW_SCHEMA_INVALID` on a rule that does not exist. */
export function compileRules(rules: unknown, pointer: string): readonly RecordRule[] {
  if (rules === undefined) return [];
  if (!Array.isArray(rules)) throw invalid(pointer, 'expected a list of rules');
  return rules.map((rule: unknown, index) => compileRule(rule as Record<string, never>, `${pointer}/${index}`));
}

function compileRule(rule: Readonly<Record<string, never>>, pointer: string): RecordRule {
  const [name = '', ...more] = Object.keys(rule);
  if (more.length > 0) throw invalid(pointer, 'expected one rule per element');
  if (name === 'conditional') return conditional((rule as unknown as { conditional: Conditional }).conditional);
  if (name === 'conditional_at_least_one_of') {
    return conditionalAtLeastOne((rule as unknown as { conditional_at_least_one_of: ConditionalAtLeastOne }).conditional_at_least_one_of);
  }
  const counted = COUNTED[name];
  const fields: unknown = rule[name];
  if (counted === undefined || !Array.isArray(fields)) throw invalid(pointer, `unknown rule '${name}'`);
  return guarded(fields as string[], (values, names) => counted(values, names));
}

type Conditional = Extract<FieldRule, { conditional: unknown }>['conditional'];
type ConditionalAtLeastOne = Extract<FieldRule, { conditional_at_least_one_of: unknown }>['conditional_at_least_one_of'];

/** Rules that look at nothing but the values of a list of fields. */
const COUNTED: Readonly<Record<string, (values: readonly unknown[], names: string) => string | null>> = {
  at_least_one_of: (values, names) => (values.some(isSet) ? null : `at least one of these fields must be non-empty: ${names}`),
  only_one_of: (values, names) => (values.filter(isSet).length === 1 ? null : `exactly one of these fields must be non-empty: ${names}`),
  mutually_required: (values, names) =>
    values.every(isSet) || !values.some(isSet) ? null : `all or none of these fields must be set: ${names}`,
  mutually_exclusive: (values, names) =>
    values.filter(isSet).length <= 1 ? null : `only one or none of these fields must be set: ${names}`,
  distinct: (values, names) => {
    const given = values.filter(isSet);
    return new Set(given).size === given.length ? null : `values of these fields must be distinct: ${names}`;
  },
};

function guarded(fields: readonly string[], judge: (values: readonly unknown[], names: string) => string | null): RecordRule {
  const names = quoted(fields);
  return (record, report, mark) => {
    if (fields.some((field) => report.hasProblemAt(field, mark))) return;
    const message = judge(
      fields.map((field) => valueAt(record, field)),
      names,
    );
    if (message !== null) report.addRule(message);
  };
}

function conditional(rule: Conditional): RecordRule {
  const message = rule.then_err ?? `failed conditional validation given value of field '${rule.if_field}'`;
  return (record, report, mark) => {
    if (report.hasProblemAt(rule.if_field, mark) || report.hasProblemAt(rule.then_field, mark)) return;
    if (matchProblem(rule.if_match, valueAt(record, rule.if_field)) !== null) return;
    const problem = matchProblem(rule.then_match, valueAt(record, rule.then_field));
    if (problem === null) return;
    report.addAt(rule.then_field, problem);
    report.addRule(message);
  };
}

function conditionalAtLeastOne(rule: ConditionalAtLeastOne): RecordRule {
  const message = `at least one of these fields must be non-empty: ${quoted(rule.then_at_least_one_of)}`;
  return (record, report, mark) => {
    if (report.hasProblemAt(rule.if_field, mark)) return;
    if (matchProblem(rule.if_match, valueAt(record, rule.if_field)) !== null) return;
    if (!rule.then_at_least_one_of.some((field) => isSet(valueAt(record, field)))) report.addRule(message);
  };
}

/** Neither absent, `null`, nor empty. */
export function isSet(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

/** The value at a dotted path of plain data; `undefined` where the path ends. */
export function valueAt(record: unknown, path: string): unknown {
  let value: unknown = record;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function quoted(fields: readonly string[]): string {
  return fields.map((field) => `'${field}'`).join(', ');
}

function invalid(pointer: string, message: string): GatewayError {
  return new GatewayError('GW_SCHEMA_INVALID', `${pointer}: ${message}`, { source: 'internal' });
}
