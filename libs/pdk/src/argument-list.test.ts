import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArgumentList, decodeArgument, encodeArgument, escapePath } from './index.ts';

/** The list after some edits. */
function edited(raw: string, edit: (list: ArgumentList) => void): string {
  const list = new ArgumentList(raw);
  edit(list);
  return list.toString();
}

describe('ArgumentList', () => {
  it('reads names and values as forms write them', () => {
    const list = new ArgumentList('a=1&b=x+y%20z&flag&empty=&a=2&%61=3&bad=%zz%4&u=%c3%a9&&=v');
    expect(list.getAll('a')).toEqual(['1', '2', '3']);
    expect(list.get('b')).toBe('x y z');
    expect(list.get('flag')).toBe(true);
    expect(list.get('empty')).toBe('');
    expect(list.get('bad')).toBe('%zz%4');
    expect(list.get('u')).toBe('\xc3\xa9');
    expect(list.get('')).toBe('v');
    expect(list.get('missing')).toBeNull();
    expect(list.has('flag')).toBe(true);
  });

  it('removes by decoded name and leaves the rest as it was written', () => {
    expect(edited('z=%7e&apikey=1&a=%2F+%20&%61pikey=2&flag&&', (list) => list.remove('apikey'))).toBe('z=%7e&a=%2F+%20&flag&&');
    expect(edited('a=1', (list) => list.remove('a'))).toBe('');
    expect(new ArgumentList('a=1').remove('b')).toBe(false);
  });

  it('renames in place, keeps the values as written, and replaces what had the new name', () => {
    expect(edited('x=%41&old=%20+1&y&old&new=2', (list) => list.rename('old', 'new'))).toBe('x=%41&new=%20+1&y&new');
    expect(edited('old=1', (list) => list.rename('old', 'a b&'))).toBe('a%20b%26=1');
    expect(edited('a=1&b=2', (list) => list.rename('missing', 'b'))).toBe('a=1&b=2');
    expect(edited('a=1', (list) => list.rename('a', 'a'))).toBe('a=1');
  });

  it('sets in the place of the first and appends at the end, encoded', () => {
    expect(edited('a=1&b=2&a=3', (list) => list.set('a', 'x y&='))).toBe('a=x%20y%26%3D&b=2');
    expect(edited('b=2', (list) => list.set('a', '\xc3\xa9'))).toBe('b=2&a=%C3%A9');
    expect(edited('a=1', (list) => list.append('a', true))).toBe('a=1&a');
    expect(edited('', (list) => list.append('a', ''))).toBe('a=');
  });

  it('gives back any query as it came, and reads what it wrote', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        expect(new ArgumentList(raw).toString()).toBe(raw);
      }),
    );
    const bytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
    fc.assert(
      fc.property(bytes, bytes, (name, value) => {
        expect(decodeArgument(encodeArgument(value))).toBe(value);
        const list = new ArgumentList('');
        list.append(name, value);
        expect(new ArgumentList(list.toString()).get(name)).toBe(value);
      }),
    );
  });
});

it('encodes what a path may not have and leaves escapes alone', () => {
  expect(escapePath('/a b/%20/%zz/é?#"\r\n'.replace('é', '\xc3\xa9'))).toBe('/a%20b/%20/%25zz/%C3%A9%3F%23%22%0D%0A');
  expect(escapePath("/~a-b._!$&'()*+,;=:@/")).toBe("/~a-b._!$&'()*+,;=:@/");
});
