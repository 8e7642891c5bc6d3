import { BlockList, isIP } from 'node:net';
import type { RouteInput } from '../contract.ts';
import { compileRegex } from '../regex.ts';
import type { Predicate } from '../rule.ts';
import { type Field, fieldNamed } from './fields.ts';
import type { Comparison, Expression, Literal, Operator } from './parse.ts';

/** Reports what of an expression cannot be run. */
export type ReportExpression = (message: string) => void;

const NEVER: Predicate = { test: () => false };

/** Compiles an expression; what cannot be run is reported, and never true. Types are checked as Kong checks them. */
export function compileExpression(expression: Expression, report: ReportExpression): Predicate {
  switch (expression.kind) {
    case 'and': {
      const terms = expression.terms.map((term) => compileExpression(term, report));
      return { test: (input) => terms.every((term) => term.test(input)) };
    }
    case 'or': {
      const terms = expression.terms.map((term) => compileExpression(term, report));
      return { test: (input) => terms.some((term) => term.test(input)) };
    }
    case 'not': {
      const inner = compileExpression(expression.inner, report);
      return { test: (input) => !inner.test(input) };
    }
    default:
      return compileComparison(expression, report);
  }
}

function compileComparison(comparison: Comparison, report: ReportExpression): Predicate {
  const field = fieldNamed(comparison.field);
  const problem = field === null ? `Unknown LHS field: ${comparison.field}` : typeProblem(comparison, field.type);
  if (field === null || problem !== null) {
    report(problem ?? '');
    return NEVER;
  }
  const { operator, literal } = comparison;
  if (field.type === 'Int' && literal.type === 'Int') return intPredicate(field, operator, literal.value);
  if (field.type === 'IpAddr' && literal.type !== 'Int') return addressPredicate(field, operator, literal.value);
  if (field.type === 'String' && literal.type === 'String') return stringPredicate(field, comparison, literal.value, report);
  return NEVER;
}

/** Kong's rules and words. */
function typeProblem({ lower, operator, literal }: Comparison, type: Field['type']): string | null {
  if (lower && type !== 'String') return 'lower-case transformation function only supported with String type fields';
  if (operator === 'in' || operator === 'not in') {
    return type === 'IpAddr' && literal.type === 'IpCidr' ? null : 'In/NotIn operators only supports IP in CIDR';
  }
  if (literal.type !== type)
    return `Type mismatch between the LHS and RHS values of predicate: ${describe(literal)} is compared with a field of type ${type}`;
  if (operator === '~' && type !== 'String') return 'Regex operators only supports string operands';
  if ((operator === '^=' || operator === '=^') && type !== 'String') return 'Prefix/Postfix operators only supports string operands';
  if (operator === 'contains' && type !== 'String') return 'Contains operator only supports string operands';
  if (['>', '>=', '<', '<='].includes(operator) && type !== 'Int')
    return 'Greater/GreaterOrEqual/Less/LessOrEqual operators only supports integer operands';
  return null;
}

function describe(literal: Literal): string {
  return literal.type === 'String' ? JSON.stringify(literal.value) : String(literal.value);
}

function intPredicate(field: Extract<Field, { type: 'Int' }>, operator: Operator, expected: number): Predicate {
  const compare: Partial<Record<Operator, (value: number) => boolean>> = {
    '==': (value) => value === expected,
    '!=': (value) => value !== expected,
    '>': (value) => value > expected,
    '>=': (value) => value >= expected,
    '<': (value) => value < expected,
    '<=': (value) => value <= expected,
  };
  const holds = compare[operator] ?? (() => false);
  return { test: (input: RouteInput) => holds(field.read(input)) };
}

function addressPredicate(field: Extract<Field, { type: 'IpAddr' }>, operator: Operator, expected: string): Predicate {
  const list = new BlockList();
  const [address = '', bits] = expected.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (bits === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(bits), family);
  const wanted = operator === '==' || operator === 'in';
  return {
    test: (input: RouteInput) => {
      const actual = field.read(input);
      // Without a value nothing holds, `!=` included.
      return isIP(actual) !== 0 && list.check(actual, isIP(actual) === 6 ? 'ipv6' : 'ipv4') === wanted;
    },
  };
}

function stringPredicate(
  field: Extract<Field, { type: 'String' }>,
  comparison: Comparison,
  expected: string,
  report: ReportExpression,
): Predicate {
  const holds = stringTest(comparison.operator, expected, report);
  const { any, lower } = comparison;
  const one = lower ? (value: string): boolean => holds(value.toLowerCase()) : holds;
  return {
    test: (input: RouteInput) => {
      const values = field.read(input);
      return values.length > 0 && (any ? values.some(one) : values.every(one));
    },
  };
}

function stringTest(operator: Operator, expected: string, report: ReportExpression): (value: string) => boolean {
  switch (operator) {
    case '==':
      return (value) => value === expected;
    case '!=':
      return (value) => value !== expected;
    case '^=':
      return (value) => value.startsWith(expected);
    case '=^':
      return (value) => value.endsWith(expected);
    case 'contains':
      return (value) => value.includes(expected);
    default: {
      const compiled = compileRegex(expected, false);
      if (compiled.ok) return (value) => compiled.regex.test(value);
      report(`"${expected}" is not a regular expression that can be served: ${compiled.message}`);
      return () => false;
    }
  }
}
