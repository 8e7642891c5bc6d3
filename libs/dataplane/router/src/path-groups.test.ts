import { describe, expect, it } from 'vitest';
import { groupPaths, splitId } from './path-groups.ts';

const ID = '6f0a7a5e-8a1c-4a53-9a58-2f4f8f1a0c11';

describe('groupPaths', () => {
  it('keeps the id of a route with one kind of path', () => {
    expect(groupPaths(ID, null)).toEqual([{ id: ID, paths: null }]);
    expect(groupPaths(ID, ['/a', '/b'])).toEqual([
      {
        id: ID,
        paths: [
          { path: '/a', position: 1 },
          { path: '/b', position: 2 },
        ],
      },
    ]);
  });

  it('groups expressions together and prefixes by length, in order of first appearance', () => {
    const groups = groupPaths(ID, ['/one', '~/x', '/deeper', '/two', '~/y']);
    expect(groups.map(({ paths }) => paths?.map(({ path }) => path))).toEqual([['/one', '/two'], ['~/x', '~/y'], ['/deeper']]);
    expect(groups.map(({ id }) => id)).toEqual([1, 2, 3].map((n) => splitId(ID, n)));
  });

  it('makes name-based ids of version 5', () => {
    // sha1(namespace + name), computed with Python's uuid.uuid5.
    expect(splitId(ID, 1)).toBe('fe15f87b-e13d-5447-813d-09979622b28f');
  });
});
