import { describe, expect, it } from 'vitest';
import { expressionOf, priorityOf, type ExpressionMatch } from './expression.ts';
import type { PlannedPath } from './route-plan.ts';

function match(fields: Partial<ExpressionMatch>): ExpressionMatch {
  return { hosts: [], paths: [], headers: {}, methods: [], snis: [], regexPrefix: '/~', ...fields };
}

function path(text: string, type: PlannedPath['type'] = 'Prefix'): PlannedPath {
  return { path: text, type, at: '' };
}

describe('expressionOf', () => {
  it.each<[Partial<ExpressionMatch>, string]>([
    [{ paths: [path('/')] }, 'http.path ^= "/"'],
    [{ paths: [path('/foo/')] }, '(http.path == "/foo") || (http.path ^= "/foo/")'],
    [{ paths: [path('/foo', 'Exact')] }, 'http.path == "/foo"'],
    [{ paths: [path('/foo', 'ImplementationSpecific')] }, 'http.path ^= "/foo"'],
    [{ paths: [path('/~/foo.*', 'ImplementationSpecific')] }, 'http.path ~ "^/foo.*"'],
    [{ paths: [path('/~^/foo', 'ImplementationSpecific')] }, 'http.path ~ "^/foo"'],
    [{ paths: [path('/~', 'ImplementationSpecific')] }, 'http.path ~ "^/"'],
    [{ paths: [path('/a', 'Exact'), path('/b')] }, '(http.path == "/a") || ((http.path == "/b") || (http.path ^= "/b/"))'],
    [{ hosts: ['a.com'], paths: [path('/', 'Exact')] }, '(http.host == "a.com") && (http.path == "/")'],
    [{ hosts: ['*.foo.com', 'foo.*', 'b.com'] }, '(http.host =^ ".foo.com") || (http.host ^= "foo.") || (http.host == "b.com")'],
    [
      { headers: { 'X-Y': ['v', '~*^w'], z: ['1'] } },
      '((http.headers.x_y == "v") || (http.headers.x_y ~ "^w")) && (http.headers.z == "1")',
    ],
    [{ methods: ['GET', 'PUT'], snis: ['a.com'] }, '((http.method == "GET") || (http.method == "PUT")) && (tls.sni == "a.com")'],
    [{ headers: { q: ['a"b\\c\n\r\t'] } }, 'http.headers.q == "a\\"b\\\\c\\n\\r\\t"'],
  ])('%j', (fields, expression) => {
    expect(expressionOf(match(fields))).toBe(expression);
  });
});

describe('priorityOf', () => {
  it("is the reference controller's", () => {
    expect(priorityOf(match({ hosts: ['example.com'], paths: [path('/whatever', 'Exact')] }))).toBe(57178899677193);
    expect(priorityOf(match({ hosts: ['shop.test'], paths: [path('/cart')] }))).toBe(57178899677190);
    expect(priorityOf(match({ hosts: ['example.com'], paths: [path('/', 'ImplementationSpecific')] }))).toBe(57178899611649);
  });

  it.each<[string, Partial<ExpressionMatch>, Partial<ExpressionMatch>]>([
    ['more fields', { hosts: ['*.a'], methods: ['GET'] }, { hosts: ['a.b'] }],
    ['more headers', { headers: { a: ['1'], b: ['1'] } }, { headers: { a: ['1'] } }],
    ['a host without wildcard', { hosts: ['a.b'] }, { hosts: ['a.b', '*.c'] }],
    [
      'a regular expression',
      { paths: [path('/~/a', 'ImplementationSpecific')] },
      { paths: [path('/a/long/path', 'ImplementationSpecific')] },
    ],
    ['a longer path', { paths: [path('/a'), path('/abc')] }, { paths: [path('/ab')] }],
  ])('puts %s first', (_name, first, second) => {
    expect(priorityOf(match(first))).toBeGreaterThan(priorityOf(match(second)));
  });

  it('stays below 2^46 and does not overflow a field', () => {
    const headers = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`h${index}`, ['1']]));
    const all = match({ hosts: ['a'], paths: [path(`/${'x'.repeat(70_000)}`, 'Exact')], headers, methods: ['GET'], snis: ['a'] });
    expect(priorityOf(all)).toBeLessThan(2 ** 46);
    expect(priorityOf(all) % 2 ** 16).toBe(65_535);
  });
});
