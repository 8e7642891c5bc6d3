import { describe, expect, test } from 'vitest';
import { compileSchema, isSet, valueAt, type FieldRule } from './index.ts';

/** Problems of a record whose fields may be anything, as `path: message`. */
function problems(rule: FieldRule, record: object): string[] {
  const result = compileSchema({
    type: 'object',
    properties: { a: {}, b: {}, n: { type: 'integer' }, r: { type: 'object', properties: { x: {} } } },
    'x-kong-checks': [rule],
  })(record);
  return result.ok ? [] : result.problems.map(({ path, message, scope }) => `${path}${scope === 'record' ? ' (record)' : ''}: ${message}`);
}

describe('rules that count', () => {
  test.each<[FieldRule, object, string | null]>([
    [{ at_least_one_of: ['a', 'r.x'] }, { r: { x: 1 } }, null],
    [{ at_least_one_of: ['a', 'b'] }, { a: '', b: [] }, "at least one of these fields must be non-empty: 'a', 'b'"],
    [{ only_one_of: ['a', 'b'] }, { a: 1 }, null],
    [{ only_one_of: ['a', 'b'] }, { a: 1, b: 1 }, "exactly one of these fields must be non-empty: 'a', 'b'"],
    [{ only_one_of: ['a', 'b'] }, {}, "exactly one of these fields must be non-empty: 'a', 'b'"],
    [{ mutually_required: ['a', 'b'] }, {}, null],
    [{ mutually_required: ['a', 'b'] }, { a: 1, b: 0 }, null],
    [{ mutually_required: ['a', 'b'] }, { a: 1, b: null }, "all or none of these fields must be set: 'a', 'b'"],
    [{ mutually_exclusive: ['a', 'b'] }, { a: 1, b: null }, null],
    [{ mutually_exclusive: ['a', 'b'] }, { a: 1, b: 2 }, "only one or none of these fields must be set: 'a', 'b'"],
    [{ distinct: ['a', 'b'] }, { a: 'x', b: 'y' }, null],
    [{ distinct: ['a', 'b'] }, {}, null],
    [{ distinct: ['a', 'b'] }, { a: 'x', b: 'x' }, "values of these fields must be distinct: 'a', 'b'"],
  ])('%j of %j', (rule, record, message) => {
    expect(problems(rule, record)).toEqual(message === null ? [] : [` (record): ${message}`]);
  });

  test('are silent where their fields have problems of their own', () => {
    expect(problems({ at_least_one_of: ['n', 'a'] }, { n: 'x' })).toEqual(['n: expected an integer']);
    expect(problems({ at_least_one_of: ['a', 'b'] }, { n: 'x' })).toHaveLength(2);
  });
});

describe('conditional rules', () => {
  const rule = (then_match: object, extra: object = {}): FieldRule => ({
    conditional: { if_field: 'a', if_match: { eq: 'on' }, then_field: 'b', then_match, ...extra },
  });
  const failed = " (record): failed conditional validation given value of field 'a'";

  test.each<[object, unknown, string | null]>([
    [{ required: true }, undefined, 'required field missing'],
    [{ required: true }, 0, null],
    [{ eq: null }, undefined, null],
    [{ eq: null }, 'x', 'value must be null'],
    [{ ne: 'x' }, 'x', 'value must not be x'],
    [{ one_of: ['x', 'y'] }, 'z', 'expected one of: x, y'],
    [{ one_of: ['x'] }, undefined, null],
    [{ not_one_of: ['x'] }, 'x', 'must not be one of: x'],
    [{ gt: 1 }, 1, 'value must be greater than 1'],
    [{ between: [1, 2] }, 3, 'value should be between 1 and 2'],
    [{ len_eq: 0 }, ['x'], 'length must be 0'],
    [{ len_min: 2 }, 'x', 'length must be at least 2'],
    [{ len_min: 2, gt: 5 }, 6, null],
  ])('then %j of %j', (match, value, message) => {
    expect(problems(rule(match), { a: 'on', b: value })).toEqual(message === null ? [] : [`b: ${message}`, failed]);
    expect(problems(rule(match), { a: 'off', b: value })).toEqual([]);
  });

  test('may have a text of their own', () => {
    expect(problems(rule({ required: true }, { then_err: 'b it is' }), { a: 'on' })).toEqual([
      'b: required field missing',
      ' (record): b it is',
    ]);
  });

  test('may ask for one of several', () => {
    const several: FieldRule = {
      conditional_at_least_one_of: { if_field: 'a', if_match: { required: true }, then_at_least_one_of: ['b', 'n'] },
    };
    expect([problems(several, {}), problems(several, { a: 1, n: 1 })]).toEqual([[], []]);
    expect(problems(several, { a: 1 })).toEqual([" (record): at least one of these fields must be non-empty: 'b', 'n'"]);
  });
});

test('rules of nested records name the record', () => {
  const nested = { type: 'object', properties: { x: {} }, 'x-kong-checks': [{ at_least_one_of: ['x'] }] };
  const result = compileSchema({ type: 'object', properties: { list: { type: 'array', items: nested } } })({ list: [{ x: 1 }, {}] });
  expect(result).toMatchObject({ ok: false, problems: [{ path: 'list.2', scope: 'record' }] });
});

test('set values and paths', () => {
  expect([0, false, 'x', [1], { a: 1 }].every(isSet)).toBe(true);
  expect([null, undefined, '', [], {}].some(isSet)).toBe(false);
  expect(valueAt({ a: { b: 1 } }, 'a.b')).toBe(1);
  expect(valueAt({ a: null }, 'a.b')).toBeUndefined();
  expect(valueAt({}, 'toString')).toBeUndefined();
});
