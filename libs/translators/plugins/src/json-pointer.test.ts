import { describe, expect, it } from 'vitest';
import { addAtPointer } from './json-pointer.ts';

describe('addAtPointer', () => {
  it.each<[unknown, string, unknown, unknown]>([
    [{ a: 1 }, '/b', 2, { a: 1, b: 2 }],
    [{ a: 1 }, '/a', 2, { a: 2 }],
    [{}, '/a/b/c', 1, { a: { b: { c: 1 } } }],
    [{ 'x/y': {} }, '/x~1y/~0', 1, { 'x/y': { '~': 1 } }],
    [{ l: [1, 2] }, '/l/0', 0, { l: [0, 1, 2] }],
    [{ l: [1] }, '/l/-', 2, { l: [1, 2] }],
    [{ l: [{ a: 1 }] }, '/l/0/b', 2, { l: [{ a: 1, b: 2 }] }],
    [{ a: 1 }, '', { b: 1 }, { b: 1 }],
    [{}, '/', 1, { '': 1 }],
    [{}, '/__proto__/x', 1, JSON.parse('{"__proto__": {"x": 1}}')],
  ])('%j at %s', (document, pointer, value, result) => {
    const before = JSON.stringify(document);
    expect(addAtPointer(document, pointer, value)).toEqual({ document: result });
    expect(JSON.stringify(document)).toBe(before);
  });

  it.each<[unknown, string]>([
    [{ a: 1 }, '/a/b'],
    [{ l: [1] }, '/l/2'],
    [{ l: [1] }, '/l/x'],
    ['text', '/a'],
    [null, '/a'],
  ])('refuses %j at %s', (document, pointer) => {
    expect(addAtPointer(document, pointer, 1)).toBeNull();
  });

  it('leaves prototypes alone', () => {
    addAtPointer({}, '/__proto__/polluted', true);
    addAtPointer({}, '/constructor/prototype/polluted', true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
