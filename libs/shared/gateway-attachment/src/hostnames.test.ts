import { describe, expect, it } from 'vitest';
import { compareHosts, coversHost, intersectHosts } from './hostnames.ts';

describe('host names', () => {
  it.each([
    ['', 'a.test', 'a.test'],
    ['a.test', '', 'a.test'],
    ['*.test', 'a.test', 'a.test'],
    ['*.test', 'b.a.test', 'b.a.test'],
    ['*.test', '*.a.test', '*.a.test'],
    ['*.test', 'test', null],
    ['*.a.test', '*.b.test', null],
    ['a.test', 'b.test', null],
    ['*.test', 'xtest', null],
  ])('%j and %j have %j in common', (a, b, common) => {
    expect(intersectHosts(a, b)).toBe(common);
    expect(intersectHosts(b, a)).toBe(common);
  });

  it('are ordered by how much they say', () => {
    expect(['', '*.test', '*.a.test', 'a.test', 'bb.a.test'].toSorted(compareHosts)).toEqual([
      'bb.a.test',
      'a.test',
      '*.a.test',
      '*.test',
      '',
    ]);
  });

  it('cover what they stand for', () => {
    expect([coversHost('*.a.test', 'a.test'), coversHost('a.test', '*.a.test'), coversHost('', '')]).toEqual([false, false, true]);
  });
});
