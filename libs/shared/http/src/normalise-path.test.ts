import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodePath, encodeQuery, normalisePath } from './normalise-path.ts';

describe('normalisePath', () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ['/', '/'],
    ['/a/b', '/a/b'],
    ['/a/', '/a/'],
    ['/.hidden', '/.hidden'],
    ['/a..b/...', '/a..b/...'],
    ['//', '/'],
    ['/a//b///c', '/a/b/c'],
    ['/a//', '/a/'],
    ['/.', '/'],
    ['/./', '/'],
    ['/a/.', '/a/'],
    ['/a/./b', '/a/b'],
    ['/a/..', '/'],
    ['/a/../', '/'],
    ['/a/b/..', '/a/'],
    ['/a/b/../', '/a/'],
    ['/a/b/../c', '/a/c'],
    ['/a//../b', '/b'],
    ['/%2e%2E/', null],
    ['/a/%2e%2e/b', '/b'],
    ['/a/.%2e/b', '/b'],
    ['/%2e', '/'],
    ['/..', null],
    ['/a/../..', null],
    ['/%41%7a%30%2d%7E', '/Az0-~'],
    ['/a%20b', '/a b'],
    ['/a%2fb%3f', '/a%2Fb%3F'],
    ['/%25%32%35', '/%2525'],
    ['/%e4%b8%ad', '/\xe4\xb8\xad'],
    ['/%21%2A%27%28', '/%21%2A%27%28'],
    ['/%', null],
    ['/%4', null],
    ['/%4g', null],
    ['/%00', null],
    ['/a%zz', null],
  ];
  for (const [path, expected] of cases) {
    test(`${path} -> ${expected}`, () => expect(normalisePath(path)).toBe(expected));
  }

  test('returns the very string when there is nothing to do', () => {
    const path = '/plain/path-with_all~kinds.of/characters';
    expect(normalisePath(path)).toBe(path);
  });

  test('leaves no dot segment, no double slash, and is stable once encoded again', () => {
    const piece = fc.constantFrom('/', '.', '..', 'a', '%2e', '%2F', '%41', '%C3%A9', 'b c', '~');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const path = normalisePath(`/${pieces.join('')}`);
        if (path === null) return;
        expect(path).not.toMatch(/\/\/|\/\.\.?(?:\/|$)/);
        expect(path.startsWith('/')).toBe(true);
        expect(normalisePath(encodePath(path))).toBe(path);
      }),
    );
  });
});

describe('encodePath', () => {
  const cases: readonly (readonly [string, string])[] = [
    ["/!#$&'()*+,/:;=?@[]-_.~%2F", "/!#$&'()*+,/:;=?@[]-_.~%2F"],
    ['/a b"<>\\^`{|}\n', '/a%20b%22%3C%3E%5C%5E%60%7B%7C%7D%0A'],
    ['/\xe4\xb8\xad', '/%E4%B8%AD'],
    ['/\u4e2d\u{1f600}', '/%E4%B8%AD%F0%9F%98%80'],
  ];
  for (const [path, expected] of cases) {
    test(JSON.stringify(path), () => expect(encodePath(path)).toBe(expected));
  }
});

describe('encodeQuery', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['a=b&c=%20|"<>{}\\^`[]', 'a=b&c=%20|"<>{}\\^`[]'],
    ['a b#c\r\nX: y', 'a%20b%23c%0D%0AX:%20y'],
    ['\u4e2d', '%E4%B8%AD'],
    ['\x7f\0', '%7F%00'],
  ];
  for (const [query, expected] of cases) {
    test(JSON.stringify(query), () => expect(encodeQuery(query)).toBe(expected));
  }
});
