import { describe, expect, test } from 'vitest';
import { compileSchema, MapOf, Nullable, schema, SetOf, Type } from './index.ts';

const config = schema(
  Type.Object({
    minute: Nullable(Type.Integer({ minimum: 1, maximum: 100, description: 'Requests per minute.' })),
    policy: Type.Enum(['local', 'redis'], { default: 'local' }),
    redis: Type.Object({
      host: Nullable(Type.String()),
      port: Type.Integer({ minimum: 0, maximum: 65535, default: 6379 }),
    }),
    names: SetOf(Type.String({ format: 'header-name' }), { default: ['apikey'] }),
    map: Nullable(MapOf(Type.Array(Type.String()), { propertyNames: Type.String({ format: 'header-name' }) })),
    realm: Type.Optional(Type.String()),
  }),
);
const validate = compileSchema(config);

/** Problems as `path: message`. */
function problems(raw: unknown): string[] {
  const result = validate(raw);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('defaults', () => {
  test('appear all the way down, also in records that are absent', () => {
    const complete = { minute: null, policy: 'local', redis: { host: null, port: 6379 }, names: ['apikey'], map: null };
    expect(validate({})).toEqual({ ok: true, config: complete });
    expect(validate(undefined)).toEqual({ ok: true, config: complete });
    expect(validate({ redis: { host: 'r' } })).toMatchObject({ config: { redis: { host: 'r', port: 6379 } } });
  });

  test('an explicit null means unset where null is a value, and is missing where the field is required', () => {
    expect(validate({ minute: null, realm: null })).toMatchObject({ ok: true, config: { minute: null } });
    expect(problems({ policy: null })).toEqual(['policy: required field missing']);
  });

  test('of an optional field are suppressed by null', () => {
    const byHand = compileSchema<{ to?: string }>({ type: 'object', properties: { to: { type: 'string', default: 'world' } } });
    expect(byHand({})).toEqual({ ok: true, config: { to: 'world' } });
    expect(byHand({ to: null })).toEqual({ ok: true, config: {} });
  });

  test('stand in for null where the schema says so', () => {
    const lenient = compileSchema({ type: 'object', properties: { n: { type: 'integer', default: 5, 'x-null-is-default': true } } });
    expect(lenient({ n: null })).toEqual({ ok: true, config: { n: 5 } });
  });

  test('are checked when the schema is compiled', () => {
    expect(() => compileSchema({ type: 'object', properties: { n: { type: 'integer', default: 'x' } } })).toThrow(
      '#/properties/n/default: expected an integer',
    );
  });

  test('an optional record with required fields stays absent, a required one names what is missing', () => {
    const inner = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
    expect(compileSchema({ type: 'object', properties: { r: inner } })({})).toEqual({ ok: true, config: {} });
    const required = compileSchema({ type: 'object', properties: { r: inner }, required: ['r'] })({});
    expect(required).toMatchObject({ ok: false, problems: [{ path: 'r.a', message: 'required field missing' }] });
  });
});

describe('problems', () => {
  test('come all at once with dotted paths that count from 1', () => {
    expect(
      problems({ minute: 0, policy: 'x', redis: { port: '1', bogus: 1 }, names: ['ok', 'not ok'], map: { a: 'b' }, realm: '', more: null }),
    ).toEqual([
      'minute: value should be between 1 and 100',
      'policy: expected one of: local, redis',
      'redis.port: expected an integer',
      'redis.bogus: unknown field',
      "names.2: bad header name 'not ok', allowed characters are A-Z, a-z, 0-9, '_', and '-'",
      'map.a: expected an array',
      'realm: length must be at least 1',
      'more: unknown field',
    ]);
  });

  test.each([
    ['a record', []],
    ['a record', 'text'],
    ['a record', null],
  ])('%s is wanted at the root, not %j', (expected, raw) => {
    expect(problems(raw)).toEqual([`: expected ${expected}`]);
  });

  test('of types use Kong’s words', () => {
    expect(problems({ minute: 1.5, policy: 1, redis: 'r', names: 'n', map: 1, realm: true })).toEqual([
      'minute: expected an integer',
      'policy: expected a string',
      'redis: expected a record',
      'names: expected a set',
      'map: expected a map',
      'realm: expected a string',
    ]);
  });

  test.each([
    [{ type: 'number', minimum: 3 }, 2, 'value must be at least 3'],
    [{ type: 'number', maximum: 3 }, 4, 'value must be at most 3'],
    [{ type: 'number', exclusiveMinimum: 0 }, 0, 'value must be greater than 0'],
    [{ type: 'number', exclusiveMaximum: 1 }, 1, 'value must be less than 1'],
    [{ type: 'number', multipleOf: 2 }, 3, 'value must be a multiple of 2'],
    [{ type: 'number' }, Number.NaN, 'expected a number'],
    [{ type: 'string', minLength: 2, maxLength: 2 }, 'a', 'length must be 2'],
    [{ type: 'string', maxLength: 1 }, 'ab', 'length must be at most 1'],
    [{ type: 'string', pattern: '^a' }, 'b', 'invalid value: b'],
    [{ type: 'string', pattern: '^a', 'x-message': 'must start with a' }, 'b', 'must start with a'],
    [{ type: 'string', const: 'x' }, 'y', 'value must be x'],
    [{ type: 'boolean' }, 'true', 'expected a boolean'],
    [{ type: 'array', minItems: 1 }, [], 'length must be at least 1'],
    [{ enum: ['a', 1] }, 'b', 'expected one of: a, 1'],
    [{ anyOf: [{ const: 'a' }, { const: 'b' }] }, 'c', 'expected one of: a, b'],
    [{ anyOf: [{ type: 'string' }, { type: 'integer' }] }, true, 'expected a string or an integer'],
    [{ type: ['string', 'integer'] }, [], 'expected a string or an integer'],
    [{ anyOf: [{ type: 'string', maxLength: 1 }, { type: 'integer' }] }, 'ab', 'length must be at most 1'],
  ])('%j refuses %j', (property, value, message) => {
    const result = compileSchema({ type: 'object', properties: { v: property } })({ v: value });
    expect(result).toEqual({ ok: false, problems: [{ path: 'v', message, scope: 'field' }] });
  });
});

describe('results', () => {
  test('are frozen all the way down and share nothing with the input', () => {
    const raw = { names: ['a', 'b', 'a'], map: { x: ['1'] } };
    const result = validate(raw);
    if (!result.ok) throw new Error('valid');
    expect(result.config.names).toEqual(['a', 'b']);
    expect([result.config, result.config.names, result.config.redis, result.config.map].every(Object.isFrozen)).toBe(true);
    expect(Object.isFrozen(raw.map)).toBe(false);
  });

  test('keep keys that would reach a prototype as plain keys', () => {
    const free = compileSchema<Record<string, unknown>>({ type: 'object' });
    const result = free(JSON.parse('{"__proto__":{"polluted":true},"a":{"__proto__":1}}'));
    expect(Object.getPrototypeOf(result.ok && result.config)).toBe(Object.prototype);
    expect(result.ok && Object.keys(result.config)).toEqual(['__proto__', 'a']);
    expect(problems(JSON.parse('{"__proto__":1}'))).toEqual(['__proto__: unknown field']);
  });

  test('accept a vault reference only where the schema allows one', () => {
    const secret = (extra: object) =>
      compileSchema({ type: 'object', properties: { s: { type: 'string', maxLength: 3, ...extra } } })({ s: '{vault://env/x}' });
    expect(secret({ 'x-referenceable': true }).ok).toBe(true);
    expect(secret({}).ok).toBe(false);
  });
});

test('free data may not be nested without end', () => {
  const free = compileSchema({ type: 'object', properties: { a: {} } });
  const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
  expect(free({ a: nested(200) }).ok).toBe(true);
  expect(free({ a: nested(50_000) })).toMatchObject({
    ok: false,
    problems: [{ path: 'a', message: 'expected data of at most 200 levels' }],
  });
});

describe('schemas by hand', () => {
  test('may use pattern properties, free properties and nested nulls', () => {
    const free = compileSchema({
      type: 'object',
      properties: { a: { type: 'string' } },
      patternProperties: { '^x-': { type: 'integer' } },
      additionalProperties: { type: ['string', 'null'] },
    });
    expect(free({ a: 'a', 'x-n': 1, other: null })).toEqual({ ok: true, config: { a: 'a', 'x-n': 1, other: null } });
    expect(free({ 'x-n': 's', other: 1 })).toMatchObject({
      problems: [
        { path: 'x-n', message: 'expected an integer' },
        { path: 'other', message: 'expected a string' },
      ],
    });
    expect(compileSchema({ type: 'object', required: ['a'] })({ b: 1 })).toMatchObject({
      ok: false,
      problems: [{ path: 'a', message: 'required field missing' }],
    });
    expect(
      compileSchema({ type: 'object', properties: { l: { type: 'array', items: { type: ['integer', 'null'] } } } })({ l: [1, null] }).ok,
    ).toBe(true);
  });

  test.each([
    [{ type: 'array' }, '#: the schema of a configuration has type "object"'],
    [{ type: 'object', properties: { a: { $ref: '#/$defs/a' } } }, '#/properties/a: "$ref" is not supported'],
    [{ type: 'object', properties: { a: { type: 'text' } } }, '#/properties/a: unknown type "text"'],
    [{ type: 'object', properties: { a: { type: 'string', pattern: '(' } } }, '#/properties/a: "pattern" is not a regular expression: ('],
    [{ type: 'object', properties: { a: 1 } }, '#/properties/a: expected a schema'],
    [{ type: 'object', 'x-kong-checks': [{ some_of: ['a'] }] }, "#/x-kong-checks/0: unknown rule 'some_of'"],
  ])('%j is refused when compiled', (bad, message) => {
    expect(() => compileSchema(bad)).toThrow(expect.objectContaining({ code: 'GW_SCHEMA_INVALID', message }));
  });
});
