import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HeaderBlock } from './header-block.ts';
import { Field, fieldSet } from './known-fields.ts';
import { parseFields } from './field-parser.ts';
import { DEFAULT_LIMITS } from './limits.ts';

const NOTHING = fieldSet();

function block(text: string): HeaderBlock {
  const made = new HeaderBlock();
  const bytes = Buffer.from(`${text}\r\n`, 'latin1');
  const after = parseFields(bytes, 0, bytes.length, made, DEFAULT_LIMITS);
  if (after !== bytes.length) throw new Error(`refused: ${after}`);
  made.attach(bytes.toString('latin1'), 0);
  return made;
}

const SAMPLE = 'Host: a\r\nX-One: 1\r\nCookie: c=1\r\nx-one: 2\r\nConnection: close\r\nLast:  end \r\n';

describe('look-ups', () => {
  test('first value, all values, presence, in any case', () => {
    const headers = block(SAMPLE);
    expect(headers.get('x-one')).toBe('1');
    expect(headers.getAll('x-one')).toEqual(['1', '2']);
    expect(headers.get('last')).toBe('end');
    expect(headers.get('host')).toBe('a');
    expect([headers.has('cookie'), headers.has('cooki'), headers.has('cookiex')]).toEqual([true, false, false]);
    expect(headers.get('absent')).toBeNull();
    expect(headers.getAll('absent')).toEqual([]);
    expect(headers.known(Field.connection)).toBe('close');
    expect(headers.known(Field.via)).toBeNull();
  });
});

describe('edits', () => {
  test('set replaces all and goes to the end', () => {
    const headers = block(SAMPLE);
    headers.set('X-ONE', '3');
    headers.set('Host', 'b');
    expect(headers.getAll('x-one')).toEqual(['3']);
    expect(headers.get('host')).toBe('b');
    expect(headers.serialise(NOTHING)).toBe('Cookie: c=1\r\nConnection: close\r\nLast:  end \r\nX-ONE: 3\r\nHost: b\r\n');
    headers.set('x-One', '4');
    expect(headers.getAll('x-one')).toEqual(['4']);
  });

  test('add keeps what is there', () => {
    const headers = block(SAMPLE);
    headers.add('X-One', '3');
    headers.add('Via', '1.1 x');
    expect(headers.getAll('x-one')).toEqual(['1', '2', '3']);
    expect(headers.known(Field.via)).toBe('1.1 x');
    expect(headers.knownJoined(Field.via, 'via')).toBe('1.1 x');
  });

  test('remove, then add again', () => {
    const headers = block(SAMPLE);
    headers.remove('x-one');
    headers.remove('connection');
    expect(headers.get('x-one')).toBeNull();
    expect(headers.known(Field.connection)).toBeNull();
    headers.add('x-one', 'again');
    headers.remove('x-one');
    expect(headers.toList()).toEqual(['Host', 'a', 'Cookie', 'c=1', 'Last', 'end']);
  });

  test.each([
    ['a b', 'v'],
    ['', 'v'],
    ['a:', 'v'],
    ['a', 'x\r\nInjected: y'],
    ['a', 'x\0'],
    ['a', ' x'],
    ['a', '\u4e2d'],
  ])('refuses %j: %j', (name, value) => {
    const headers = block(SAMPLE);
    expect(() => headers.set(name, value)).toThrow(TypeError);
    expect(() => headers.add(name, value)).toThrow(TypeError);
    expect(headers.serialise(NOTHING)).toBe(SAMPLE);
  });
});

test('serialising drops known fields wherever they stand, added ones too', () => {
  const drop = fieldSet(Field.host, Field.connection, Field.via);
  const headers = block(SAMPLE);
  headers.add('Via', '1.1 x');
  headers.add('X-New', 'n');
  expect(headers.serialise(drop)).toBe('X-One: 1\r\nCookie: c=1\r\nx-one: 2\r\nLast:  end \r\nX-New: n\r\n');
  expect(block('').serialise(drop)).toBe('');
  expect(block('Host: a\r\nHost2: b\r\n').serialise(drop)).toBe('Host2: b\r\n');
  expect(block('Via: a\r\nConnection: b\r\n').serialise(drop)).toBe('');
});

test('keeps the first line of the message where asked', () => {
  const text = 'HTTP/1.1 200 OK\r\nConnection: close\r\nA: b\r\n\r\n';
  const bytes = Buffer.from(text);
  const headers = new HeaderBlock();
  parseFields(bytes, 17, bytes.length, headers, DEFAULT_LIMITS);
  headers.attach(text, 0);
  expect(headers.serialise(fieldSet(Field.connection), 0)).toBe('HTTP/1.1 200 OK\r\nA: b\r\n');
});

test('behaves like a plain list under any sequence of edits', () => {
  const name = fc.constantFrom('Host', 'host', 'X-A', 'x-a', 'Via', 'Connection', 'X-B');
  const received = fc.constantFrom('X-A', 'x-a', 'Via', 'Connection', 'X-B', 'VIA');
  const edit = fc.oneof(
    fc.record({ kind: fc.constant('set'), name, value: fc.constantFrom('1', '2', '') }),
    fc.record({ kind: fc.constant('add'), name, value: fc.constantFrom('3', '4') }),
    fc.record({ kind: fc.constant('remove'), name, value: fc.constant('') }),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(received, fc.constantFrom('a', 'b c', '')), { maxLength: 6 }),
      fc.array(edit, { maxLength: 10 }),
      (fields, edits) => {
        const headers = block(fields.map(([field, value]) => `${field}: ${value}\r\n`).join(''));
        let model = fields.map(([field, value]) => [field, value] as [string, string]);
        for (const { kind, name: field, value } of edits) {
          const lower = field.toLowerCase();
          if (kind !== 'add') model = model.filter(([known]) => known.toLowerCase() !== lower);
          if (kind !== 'remove') model.push([field, value]);
          if (kind === 'set') headers.set(field, value);
          else if (kind === 'add') headers.add(field, value);
          else headers.remove(lower);
        }
        expect(headers.toList()).toEqual(model.flat());
        for (const lower of ['host', 'x-a', 'via', 'connection', 'x-b', 'none']) {
          const values = model.filter(([known]) => known.toLowerCase() === lower).map(([, value]) => value);
          expect(headers.getAll(lower)).toEqual(values);
          expect(headers.get(lower)).toBe(values[0] ?? null);
        }
        const drop = fieldSet(Field.via, Field.host);
        const reparsed = block(headers.serialise(drop));
        expect(reparsed.toList()).toEqual(model.filter(([known]) => !['via', 'host'].includes(known.toLowerCase())).flat());
      },
    ),
  );
});
