import { GatewayError } from '@gibbon/contracts/errors';
import type { CompileContext, Node } from './node.ts';
import { Report } from './report.ts';

/**
 * One of several schemas: the first that accepts the value completes it. When none does, the branch that comes nearest
 * (right type, fewest problems) says what is wrong.
 */
export function unionNode(branches: unknown, pointer: string, context: CompileContext): Node {
  if (!Array.isArray(branches) || branches.length === 0) {
    throw new GatewayError('GW_SCHEMA_INVALID', `${pointer}: expected a list of schemas`, { source: 'internal' });
  }
  const nullable = branches.some(isNull);
  const rest = branches.filter((branch) => !isNull(branch));
  const constants = rest.map((branch) => (branch as { const?: unknown }).const);
  const nodes = constants.every((value) => value !== undefined)
    ? [constantsNode(constants)]
    : rest.map((branch, index) => context.compile(branch, `${pointer}/${index}`));
  const [only] = nodes;
  const inner = nodes.length === 1 && only !== undefined ? only : anyOf(nodes);
  return nullable || nodes.some((node) => node.nullable) ? nullableNode(inner) : inner;
}

function nullableNode(inner: Node): Node {
  return { ...inner, nullable: true, absent: undefined, check: (value, report) => (value === null ? null : inner.check(value, report)) };
}

function isNull(branch: unknown): boolean {
  return typeof branch === 'object' && branch !== null && (branch as { type?: unknown }).type === 'null';
}

function constantsNode(values: readonly unknown[]): Node {
  const message = `expected one of: ${values.join(', ')}`;
  return {
    expected: `one of: ${values.join(', ')}`,
    nullable: false,
    absent: undefined,
    check(value, report) {
      if (!values.includes(value)) report.add(message);
      return value;
    },
  };
}

function anyOf(nodes: readonly Node[]): Node {
  const expected = [...new Set(nodes.map((node) => node.expected))].join(' or ');
  return {
    expected,
    nullable: false,
    absent: undefined,
    check(value, report) {
      let nearest: Report | null = null;
      for (const node of nodes) {
        const trial = new Report();
        const complete = node.check(value, trial);
        if (trial.problems.length === 0) return complete;
        const wrongType = trial.problems.some((problem) => problem.path === '' && problem.message === `expected ${node.expected}`);
        if (!wrongType && (nearest === null || trial.problems.length < nearest.problems.length)) nearest = trial;
      }
      if (nearest === null) report.add(`expected ${expected}`);
      else report.adopt(nearest);
      return value;
    },
  };
}
