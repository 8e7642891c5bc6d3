import { describe, expect, it } from 'vitest';
import type { Route } from '@gibbon/contracts/entities';
import { buildRouter } from '../router.ts';
import { idOf, inputOf, routeOf } from '../testing/fixtures.ts';
import { parseExpression } from './parse.ts';

type Request = Parameters<typeof inputOf>[0];

function matches(expression: string, request: Request = {}): boolean {
  const router = buildRouter([{ route: routeOf({ expression, priority: 0 }), value: true }]);
  expect(router.problems).toEqual([]);
  return router.match(inputOf(request)) !== null;
}

function problem(expression: string): string | undefined {
  return buildRouter([{ route: routeOf({ name: 'r', expression }), value: true }]).problems[0]?.message;
}

function winnerOf(routes: Record<string, Partial<Route>>, request: Request): string | null {
  const entries = Object.entries(routes).map(([name, fields], index) => ({
    route: routeOf({ id: idOf(index), name, ...fields }),
    value: name,
  }));
  return buildRouter(entries).match(inputOf(request))?.value ?? null;
}

describe('grammar', () => {
  it('binds || tighter than &&, as Kong does', () => {
    const [a, b, c] = ['http.method == "A"', 'http.method == "B"', 'http.method == "C"'];
    expect(parseExpression(`${a} && ${b} || ${c}`)).toEqual(parseExpression(`${a} && (${b} || ${c})`));
    expect(parseExpression(`${a} || ${b} && ${c}`)).toEqual(parseExpression(`(${a} || ${b}) && ${c}`));
  });

  it('reads strings, raw strings, numbers, addresses and CIDRs', () => {
    const literal = (text: string): unknown => (parseExpression(`f == ${text}`) as { literal: unknown }).literal;
    expect(literal('"a\\"b\\\\c\\n"')).toEqual({ type: 'String', value: 'a"b\\c\n' });
    expect(literal('r#"a\\d"b"#')).toEqual({ type: 'String', value: 'a\\d"b' });
    expect(['10', '0x1F', '017', '-3', '0'].map(literal)).toEqual([10, 31, 15, -3, 0].map((value) => ({ type: 'Int', value })));
    expect(literal('10.0.0.1')).toEqual({ type: 'IpAddr', value: '10.0.0.1' });
    expect(literal('fd00::1')).toEqual({ type: 'IpAddr', value: 'fd00::1' });
    expect(literal('10.0.0.0/8')).toEqual({ type: 'IpCidr', value: '10.0.0.0/8' });
  });

  it('takes blanks anywhere, in any form, and functions in any order', () => {
    expect(parseExpression('any( lower(http.headers.x) )\n==\t"a"')).toEqual(parseExpression('lower(any(http.headers.x))=="a"'));
    expect(parseExpression('net.src.ip not  in 10.0.0.0/8')).toMatchObject({ operator: 'not in' });
    expect(parseExpression('! ( a == 1 )')).toMatchObject({ kind: 'not' });
  });

  it.each([
    ['', 'expected a field at position 1'],
    ['http.path', 'expected an operator at position 10'],
    ['http.path == ', 'expected a string, a number, an address or a CIDR at position 14'],
    ['http.path == "a', 'expected a string, a number, an address or a CIDR at position 14'],
    ['(http.path == "a"', 'expected ) at position 18'],
    ['http.path == "a" http', 'expected &&, || or the end at position 18'],
    ['http.path == "a" &&', 'expected a field at position 20'],
    ['!http.path == "a"', 'expected ( after ! at position 2'],
    ['lower(http.path == "a"', 'expected ) at position 17'],
    ['http.path == "\\q"', 'expected a string, a number, an address or a CIDR at position 14'],
    [`${'('.repeat(5000)}a == 1`, 'nested too deeply at position 102'],
  ])('refuses %j', (expression, message) => {
    expect(problem(expression)).toBe(`route r: ${message}`);
  });
});

describe('types', () => {
  it.each([
    ['http.nothing == "a"', 'Unknown LHS field'],
    ['http.headers. == "a"', 'Unknown LHS field'],
    ['http.path."a" == "a"', 'Unknown LHS field'],
    ['http.queries."" == "a"', 'expected an operator'],
    ['http.query. == "a"', 'Unknown LHS field'],
    ['http.path == 1', 'Type mismatch between the LHS and RHS values of predicate'],
    ['net.src.port == "1"', 'Type mismatch between the LHS and RHS values of predicate'],
    ['lower(net.src.port) == 1', 'lower-case transformation function only supported with String type fields'],
    ['net.src.port ~ 1', 'Regex operators only supports string operands'],
    ['net.src.port ^= 1', 'Prefix/Postfix operators only supports string operands'],
    ['net.src.port contains 1', 'Contains operator only supports string operands'],
    ['http.path > "a"', 'Greater/GreaterOrEqual/Less/LessOrEqual operators only supports integer operands'],
    ['net.src.ip in 10.0.0.1', 'In/NotIn operators only supports IP in CIDR'],
    ['http.path in "a"', 'In/NotIn operators only supports IP in CIDR'],
    ['http.path ~ "(a"', 'is not a regular expression that can be served'],
    ['http.headers.x ~ "a(?=b)"', 'is not a regular expression that can be served'],
  ])('of %s are refused', (expression, message) => {
    expect(problem(expression)).toContain(message);
  });
});

describe('fields', () => {
  it('are those of the request', () => {
    expect(matches('net.protocol == "https" && tls.sni =^ ".test"', { scheme: 'https', sni: 'a.test' })).toBe(true);
    expect(matches('http.host == "a.test" && net.dst.port == 81', { rawHost: 'a.test:81' })).toBe(true);
    expect(matches('net.port > 80 && net.src.port <= 5', { port: 81, clientPort: 5 })).toBe(true);
    expect(matches('net.src.ip in 10.0.0.0/8 && net.src.ip != 10.0.0.2', { forwardedAddress: '10.0.0.1' })).toBe(true);
    expect(matches('net.src.ip not in 10.0.0.0/8', { forwardedAddress: '10.0.0.1' })).toBe(false);
    expect(matches('net.dst.ip == ::1', { serverAddress: '::1' })).toBe(true);
  });

  it('without a value satisfy nothing, not even !=', () => {
    expect(matches('http.headers.x != "a"')).toBe(false);
    expect(matches('tls.sni != "a"')).toBe(false);
    expect(matches('net.dst.ip != ::1')).toBe(false);
    expect(matches('!(http.headers.x == "a")')).toBe(true);
  });

  it('with several values need them all, or any when told', () => {
    const headers = ['X-A', 'One', 'x-a', 'two'];
    expect(matches('http.headers.x_a == "two"', { headers })).toBe(false);
    expect(matches('any(http.headers.x_a) == "two"', { headers })).toBe(true);
    expect(matches('any(lower(http.headers.x_a)) == "one"', { headers })).toBe(true);
    expect(matches('http.headers.x_a ~ "n|w"', { headers })).toBe(true);
  });

  it('of the query are decoded; without = they are empty', () => {
    const rawQuery = 'a=1&b&c%20d=%41+b&a=2&e=%zz';
    expect(matches('any(http.queries.a) == "2" && http.queries.b == ""', { rawQuery })).toBe(true);
    expect(matches('http.queries.e == "%zz"', { rawQuery })).toBe(true);
    expect(matches('http.queries.a == "2"', { rawQuery })).toBe(false);
  });

  it('of the query are one where an expression asks for the first', () => {
    const rawQuery = 'a=1&page-size=10&a=2&page-size=20';
    expect(matches('http.query.a == "1" && http.query."page-size" == "10"', { rawQuery })).toBe(true);
    expect(matches('http.query.a == "2"', { rawQuery })).toBe(false);
    expect(matches('any(http.query.a) == "2"', { rawQuery })).toBe(false);
    expect(matches('http.query.b == ""', { rawQuery })).toBe(false);
  });

  it('with names in quotes have exactly that name', () => {
    const rawQuery = 'page-size=10&a.b=1&q%22=2&%5C=3&size=9';
    expect(matches('http.queries."page-size" == "10" && http.queries."a.b" == "1"', { rawQuery })).toBe(true);
    expect(matches('http.queries."q\\"" == "2" && http.queries."\\\\" == "3"', { rawQuery })).toBe(true);
    expect(matches('any(lower(http.queries."size")) == "9"', { rawQuery })).toBe(true);
    const headers = ['X-A', '1', 'x_b', '2', 'X!C', '3'];
    expect(matches('http.headers."x-a" == "1" && http.headers."x_b" == "2" && http.headers."X!c" == "3"', { headers })).toBe(true);
    expect(matches('http.headers."x_a" == "1"', { headers })).toBe(false);
    expect(matches('http.headers."x-b" == "2"', { headers })).toBe(false);
  });

  it('of the listener are those of the connection, whatever the Host says', () => {
    expect(matches('net.listener.port == 80', { port: 80, rawHost: 'a.test:81' })).toBe(true);
    expect(matches('net.dst.port == 80', { port: 80, rawHost: 'a.test:81' })).toBe(false);
  });

  it('of path segments count from 0, without empty ones at the end', () => {
    const path = '/a/b/c//';
    expect(matches('http.path.segments.0 == "a" && http.path.segments.1_2 == "b/c" && http.path.segments.len == 3', { path })).toBe(true);
    expect(matches('http.path.segments.3 != "x"', { path })).toBe(false);
    expect(matches('http.path.segments.2_1 != "x"', { path })).toBe(false);
    expect(matches('http.path.segments.len == 0', { path: '/' })).toBe(true);
  });
});

describe('routes with expressions', () => {
  it('go before classic ones, by priority and then by id', () => {
    const classic = { hosts: ['example.test'], paths: ['/a'], methods: ['GET'] };
    const request = { path: '/a' };
    expect(winnerOf({ classic, expression: { expression: 'http.path ^= "/"', priority: 0 } }, request)).toBe('expression');
    expect(
      winnerOf(
        { high: { expression: 'http.path ^= "/"', priority: 2 ** 45 }, low: { expression: 'http.path == "/a"', priority: 7 } },
        request,
      ),
    ).toBe('high');
    expect(winnerOf({ one: { expression: 'http.path ^= "/"' }, two: { expression: 'http.path ^= "/"' } }, request)).toBe('two');
  });

  it('match their protocols, unless they are for https alone', () => {
    expect(winnerOf({ r: { expression: 'http.path ^= "/"', protocols: ['http'] } }, { scheme: 'https' })).toBeNull();
    expect(winnerOf({ r: { expression: 'http.path ^= "/"', protocols: ['grpcs', 'https'] } }, { scheme: 'http' })).toBeNull();
    expect(winnerOf({ r: { expression: 'http.path ^= "/"', protocols: ['https'] } }, { scheme: 'http' })).toBe('r');
  });

  it('give prefix and captures as their path was compared', () => {
    const match = (expression: string): unknown =>
      buildRouter([{ route: routeOf({ expression }), value: 0 }]).match(inputOf({ path: '/foo/7' }));
    expect(match('(http.path == "/foo") || (http.path ^= "/foo/")')).toEqual({ value: 0, prefix: '/foo/', captures: null });
    expect(match('http.path == "/foo/7"')).toEqual({ value: 0, prefix: '', captures: null });
    expect(match('http.path ~ "^/foo/(?<id>\\\\d)$" && http.method == "GET"')).toEqual({
      value: 0,
      prefix: '/foo/7',
      captures: { 0: '/foo/7', 1: '7', id: '7' },
    });
    expect(match('http.path ~ "/\\\\d"')).toEqual({ value: 0, prefix: '/7', captures: null });
    expect(match('http.path =^ "/7"')).toEqual({ value: 0, prefix: '', captures: null });
  });
});
