import type { HTTPRoute, HTTPRouteMatch, HTTPRouteRule, HTTPValueMatch } from '@gibbon/k8s-types';
import { regularExpressionProblem } from './regular-expressions.ts';

/** How a path matches; no type is left out. */
export type PathType = 'Exact' | 'PathPrefix' | 'RegularExpression';

/** A match of a rule with the API's defaults. */
export interface PlannedMatch {
  /** Position in the rule, from 0. */
  readonly index: number;
  readonly path: { readonly type: PathType; readonly value: string };
  readonly method: string | null;
  /** Of several with one name the first, as the API says. */
  readonly headers: readonly HTTPValueMatch[];
  readonly queryParams: readonly HTTPValueMatch[];
  /** What of it cannot be served, or `null`. */
  readonly unsupported: string | null;
}

/** A rule with the API's defaults. */
export interface PlannedRule {
  /** Position in the route, from 0. */
  readonly index: number;
  readonly rule: HTTPRouteRule;
  readonly matches: readonly PlannedMatch[];
  /** `spec.rules.1` */
  readonly at: string;
  /** Whether the rule has no matches, and so takes everything. */
  readonly matchesAll: boolean;
}

const PATH_TYPES: readonly string[] = ['Exact', 'PathPrefix', 'RegularExpression'];
const EVERYTHING: readonly HTTPRouteMatch[] = Object.freeze([{}]);

/** The rules of a route. A route without rules has one, which takes everything. */
export function planRules({ spec }: HTTPRoute): readonly PlannedRule[] {
  const rules = spec.rules === undefined || spec.rules.length === 0 ? [{}] : spec.rules;
  return rules.map((rule, index) => {
    const given = rule.matches ?? [];
    const matches = given.length === 0 ? EVERYTHING : given;
    return { index, rule, matches: matches.map(planMatch), at: `spec.rules.${index + 1}`, matchesAll: given.length === 0 };
  });
}

function planMatch({ path, method, headers = [], queryParams = [] }: HTTPRouteMatch, index: number): PlannedMatch {
  const { type = 'PathPrefix', value = '/' } = path ?? {};
  const firstHeaders = firstOfName(headers, (name) => name.toLowerCase());
  const firstParams = firstOfName(queryParams, (name) => name);
  return {
    index,
    path: { type: type as PathType, value },
    method: method ?? null,
    headers: firstHeaders,
    queryParams: firstParams,
    unsupported: pathProblem(type, value) ?? valueProblem(firstHeaders, firstParams),
  };
}

function pathProblem(type: string, value: string): string | null {
  if (!PATH_TYPES.includes(type)) return `path type ${type} is not supported; expected one of ${PATH_TYPES.join(', ')}`;
  return type === 'RegularExpression' ? regularExpressionProblem(value) : null;
}

function valueProblem(headers: readonly HTTPValueMatch[], params: readonly HTTPValueMatch[]): string | null {
  for (const { type = 'Exact', name, value } of [...headers, ...params]) {
    if (type !== 'Exact' && type !== 'RegularExpression')
      return `match type ${type} of "${name}" is not supported; expected Exact or RegularExpression`;
    const problem = type === 'RegularExpression' ? regularExpressionProblem(value) : null;
    if (problem !== null) return `"${name}": ${problem}`;
  }
  return null;
}

function firstOfName(values: readonly HTTPValueMatch[], fold: (name: string) => string): readonly HTTPValueMatch[] {
  const first = new Map<string, HTTPValueMatch>();
  for (const value of values) if (!first.has(fold(value.name))) first.set(fold(value.name), value);
  return [...first.values()];
}
