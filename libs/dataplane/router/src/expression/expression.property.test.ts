import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RouteInput } from '../contract.ts';
import { buildRouter } from '../router.ts';
import { idOf, inputOf, routeOf } from '../testing/fixtures.ts';

/** An expression as text, and what it means, written down beside it. */
interface Pair {
  readonly text: string;
  readonly holds: (input: RouteInput) => boolean;
}

const string = (value: string): string => (value.includes('\\') ? `r#"${value}"#` : `"${value}"`);

function comparisons(field: string, read: (input: RouteInput) => string, values: readonly string[]): fc.Arbitrary<Pair> {
  const operators: Record<string, (actual: string, expected: string) => boolean> = {
    '==': (actual, expected) => actual === expected,
    '!=': (actual, expected) => actual !== expected,
    '^=': (actual, expected) => actual.startsWith(expected),
    '=^': (actual, expected) => actual.endsWith(expected),
    contains: (actual, expected) => actual.includes(expected),
    '~': (actual, expected) => new RegExp(expected).test(actual),
  };
  return fc.tuple(fc.constantFrom(...Object.keys(operators)), fc.constantFrom(...values)).map(([operator, value]) => ({
    text: `${field} ${operator} ${string(value)}`,
    holds: (input) => operators[operator]?.(read(input), value) ?? false,
  }));
}

const leaf: fc.Arbitrary<Pair> = fc.oneof(
  {
    weight: 3,
    arbitrary: comparisons('http.path', ({ path }) => path, ['/', '/a', '/ab', 'a', '/a/b', '^/a', '^/a$', '^/a|b$', '^/(a)+']),
  },
  { weight: 3, arbitrary: comparisons('http.host', ({ rawHost }) => rawHost, ['a.test', 'b.a.test', '.test', '.a.test', 'a.', 'b.']) },
  comparisons('http.method', ({ method }) => method, ['GET', 'POST', 'P']),
  fc.constantFrom(5, 6).map((port): Pair => ({ text: `net.src.port >= ${port}`, holds: ({ clientPort }) => clientPort >= port })),
  fc.constantFrom('1', 'b').map((value): Pair => ({
    text: `any(http.headers.x_a) == "${value}"`,
    holds: ({ requestHeaders }) => requestHeaders.getAll('x-a').includes(value),
  })),
);

const { expression } = fc.letrec<{ expression: Pair }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.tuple(fc.constantFrom('&&', '||'), fc.array(tie('expression'), { minLength: 2, maxLength: 3 })).map(([operator, terms]): Pair => ({
      text: terms.map(({ text }) => `(${text})`).join(` ${operator} `),
      holds: (input) => (operator === '&&' ? terms.every(({ holds }) => holds(input)) : terms.some(({ holds }) => holds(input))),
    })),
    tie('expression').map(({ text, holds }): Pair => ({ text: `!(${text})`, holds: (input) => !holds(input) })),
  ),
}));

const input = fc
  .record({
    method: fc.constantFrom('GET', 'POST'),
    rawHost: fc.constantFrom('a.test', 'b.a.test', 'a.x', 'test'),
    path: fc.constantFrom('/', '/a', '/ab', '/a/b', '/b'),
    clientPort: fc.constantFrom(4, 5, 6),
    headers: fc.constantFrom<string[][]>([], ['X-A', '1'], ['x-a', 'z', 'x-a', 'b']),
  })
  .map(inputOf);

describe('indexed expressions', () => {
  it('match what they say, the one of the highest priority first', () => {
    const routes = fc.array(fc.tuple(expression, fc.nat(3)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(routes, fc.array(input, { minLength: 1, maxLength: 10 }), (pairs, inputs) => {
        const router = buildRouter(
          pairs.map(([{ text }, priority], index) => ({ route: routeOf({ id: idOf(index), expression: text, priority }), value: index })),
        );
        expect(router.problems).toEqual([]);
        const order = pairs
          .map(([{ holds }, priority], index) => ({ holds, priority, index }))
          .toSorted((a, b) => b.priority - a.priority || b.index - a.index);
        for (const each of inputs) expect(router.match(each)?.value ?? null).toBe(order.find(({ holds }) => holds(each))?.index ?? null);
      }),
      { numRuns: 1000 },
    );
  });
});
