import type { Route } from '@gibbon/contracts/entities';
import type { RouteInput } from '../contract.ts';
import { compilePathRegex, compileRegex } from '../regex.ts';
import type { HostPattern, PathPattern, Predicate, Rule } from '../rule.ts';
import { compileExpression, type ReportExpression } from './compile.ts';
import { type Comparison, type Expression, ExpressionError, parseExpression } from './parse.ts';

/** Puts every route with an expression above every classic one. */
const EXPRESSION_PRIORITY = 0xffn << 56n;

/**
 * Lowers a route's expression to the internal rule. Of the terms that all must hold, those that the index knows (methods,
 * hosts, and the last one on paths, which also gives the match its prefix and captures) are taken out; the rest remains
 * a condition.
 * @returns `null` after a report.
 * @see https://developer.konghq.com/gateway/routing/expressions/
 */
export function lowerExpression(route: Route, text: string, report: ReportExpression): Rule | null {
  const expression = parsed(text, report);
  if (expression === null) return null;
  let failed = false;
  const fail: ReportExpression = (message) => {
    failed = true;
    report(message);
  };
  const terms = [...(expression.kind === 'and' ? expression.terms : [expression])];
  const methods = takeLast(terms, (term) => alternatives(term, 'http.method', methodOf));
  const hosts = takeLast(terms, (term) => alternatives(term, 'http.host', hostOf));
  const paths = takeLast(terms, (term) => alternatives(term, 'http.path', (comparison) => pathOf(comparison, fail)));
  const predicates = terms.map((term) => compileExpression(term, fail));
  const scheme = schemePredicate(route);
  if (scheme !== null) predicates.push(scheme);
  if (failed) return null;
  const priority = BigInt.asUintN(64, EXPRESSION_PRIORITY | BigInt(route.priority ?? 0));
  return {
    order: { high: Number(priority >> 32n), low: Number(priority & 0xffffffffn), id: route.id },
    hosts,
    paths,
    methods,
    predicates: predicates.length > 0 ? predicates : null,
  };
}

function parsed(text: string, report: ReportExpression): Expression | null {
  try {
    return parseExpression(text);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    report(error.message);
    return null;
  }
}

/** Removes the last term that `read` understands. */
function takeLast<T>(terms: Expression[], read: (term: Expression) => readonly T[] | null): readonly T[] | null {
  for (let at = terms.length - 1; at >= 0; at--) {
    const found = read(terms[at] as Expression);
    if (found === null) continue;
    terms.splice(at, 1);
    return found;
  }
  return null;
}

/** A comparison, or alternatives of them, all on one field without functions; `null` when the term is anything else. */
function alternatives<T>(
  term: Expression,
  field: string,
  read: (comparison: Comparison & { readonly text: string }) => T | null,
): readonly T[] | null {
  const terms = term.kind === 'or' ? term.terms : [term];
  const found: T[] = [];
  for (const each of terms) {
    if (each.kind !== 'comparison' || each.field !== field || each.lower || each.literal.type !== 'String') return null;
    const one = read({ ...each, text: each.literal.value });
    if (one === null) return null;
    found.push(one);
  }
  return found;
}

function methodOf({ operator, text }: { readonly operator: string; readonly text: string }): string | null {
  return operator === '==' ? text : null;
}

function hostOf({ operator, text }: { readonly operator: string; readonly text: string }): HostPattern | null {
  const kind = ({ '==': 'exact', '=^': 'suffix', '^=': 'prefix' } as const)[operator];
  return kind === undefined ? null : { kind, text, port: -1 };
}

function pathOf({ operator, text }: { readonly operator: string; readonly text: string }, fail: ReportExpression): PathPattern | null {
  if (operator === '^=') return { kind: 'prefix', text, regex: null, prefix: text };
  // Kong takes no prefix from an equality, so nothing is stripped.
  if (operator === '==') return { kind: 'exact', text, regex: null, prefix: '' };
  if (operator !== '~') return null;
  if (text.startsWith('^')) {
    const anchored = compilePathRegex(text.slice(1));
    if (anchored.ok) return { kind: anchored.kind, text: anchored.literal, regex: anchored.regex, prefix: anchored.literal };
  }
  const compiled = compileRegex(text, false);
  if (compiled.ok) return { kind: 'regex', text: '', regex: compiled.regex, prefix: '' };
  fail(`"${text}" is not a regular expression that can be served: ${compiled.message}`);
  return { kind: 'prefix', text: '', regex: null, prefix: '' };
}

/** Kong adds the route's protocols, unless they demand TLS alone: then plain requests match too and are redirected. */
function schemePredicate({ protocols }: Route): Predicate | null {
  if (protocols.length === 1 && protocols[0] === 'https') return null;
  const plain = protocols.some((protocol) => protocol === 'http' || protocol === 'grpc');
  const secure = protocols.some((protocol) => protocol === 'https' || protocol === 'grpcs');
  if (plain === secure) return null;
  const scheme = plain ? 'http' : 'https';
  return { test: (input: RouteInput) => input.scheme === scheme };
}
