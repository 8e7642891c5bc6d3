import { TestHeaders } from '@gibbon/testing-contract-kits';
import { describe, expect, it } from 'vitest';
import { compileHeaderOperations, compilePathRewrite } from './index.ts';

describe('header operations', () => {
  const edit = (operations: Partial<Parameters<typeof compileHeaderOperations>[0] & object>, fields: readonly string[]): string[] => {
    const headers = new TestHeaders(fields);
    compileHeaderOperations({ set: [], add: [], remove: [], ...operations })?.(headers);
    return headers.toList();
  };

  it('set what is there and what is not', () => {
    const set = [
      { name: 'X-A', value: 'new' },
      { name: 'X-B', value: 'b' },
    ];
    expect(edit({ set }, ['x-a', '1', 'X-A', '2', 'X-C', '3'])).toEqual(['X-C', '3', 'X-A', 'new', 'X-B', 'b']);
  });

  it('add to what is there after a comma, but to cookies as fields of their own', () => {
    const add = [
      { name: 'X-A', value: 'new' },
      { name: 'X-B', value: 'b' },
      { name: 'Set-Cookie', value: 'd=2' },
    ];
    expect(edit({ add }, ['x-a', '1', 'x-a', '2', 'Set-Cookie', 'c=1'])).toEqual([
      'Set-Cookie',
      'c=1',
      'X-A',
      '1,2,new',
      'X-B',
      'b',
      'Set-Cookie',
      'd=2',
    ]);
  });

  it('remove whatever the case', () => {
    expect(edit({ remove: ['X-Gone'] }, ['x-gone', '1', 'X-GONE', '2', 'X-Left', '3'])).toEqual(['X-Left', '3']);
  });

  it('write text as the bytes of its UTF-8 form', () => {
    expect(edit({ set: [{ name: 'X', value: 'é' }] }, [])).toEqual(['X', 'Ã©']);
  });

  it('are nothing when there are none', () => {
    expect(compileHeaderOperations(null)).toBeNull();
    expect(compileHeaderOperations({ set: [], add: [], remove: [] })).toBeNull();
  });
});

describe('a path rewrite', () => {
  const rewrite = (prefix: string, prefixReplacement: string, path: string): string | undefined =>
    compilePathRewrite({ fullPath: null, prefix, prefixReplacement })?.(path);

  // The table of the Gateway API's type HTTPPathModifier, and what follows from it.
  it.each([
    ['/foo/bar', '/foo', '/xyz', '/xyz/bar'],
    ['/foo/bar', '/foo', '/xyz/', '/xyz/bar'],
    ['/foo/bar', '/foo/', '/xyz', '/xyz/bar'],
    ['/foo/bar', '/foo/', '/xyz/', '/xyz/bar'],
    ['/foo', '/foo', '/xyz', '/xyz'],
    ['/foo/', '/foo', '/xyz', '/xyz/'],
    ['/foo/bar', '/foo', '', '/bar'],
    ['/foo/', '/foo', '', '/'],
    ['/foo', '/foo', '', '/'],
    ['/foo/', '/foo', '/', '/'],
    ['/foo', '/foo', '/', '/'],
    ['/a/b', '/', '/x', '/x/a/b'],
    ['/foobar', '/foo', '/x', '/foobar'],
    ['/other', '/foo', '/x', '/other'],
    ['/foo/bar', '/foo', 'xyz', '/xyz/bar'],
  ])('turns %s with %s for %s into %s', (path, prefix, replacement, result) => {
    expect(rewrite(prefix, replacement, path)).toBe(result);
  });

  it('replaces the whole path', () => {
    const edit = compilePathRewrite({ fullPath: 'all', prefix: null, prefixReplacement: '' });
    expect(edit?.('/any/path')).toBe('/all');
  });

  it('is nothing when there is none', () => {
    expect(compilePathRewrite({ fullPath: null, prefix: null, prefixReplacement: '' })).toBeNull();
  });
});
