import type { ConfigSchema } from '@gibbon/contracts/module';
import { Type as TypeBox } from 'typebox';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { compileSchema, MapOf, Nullable, schema, SetOf, Type } from './index.ts';

type ConfigIn<S> = S extends ConfigSchema<infer C> ? C : never;

describe('builders', () => {
  test('give the JSON that TypeBox gives, apart from the two differences', () => {
    const build = (T: typeof Type) => ({
      object: T.Object({ a: T.Integer({ minimum: 1 }), b: T.Optional(T.Boolean({ default: true })) }, { additionalProperties: false }),
      text: T.String({ minLength: 1, description: 'd' }),
      list: T.Array(T.Number()),
      union: T.Union([T.Literal('a'), T.Literal(1), T.Null()]),
      anything: T.Unknown(),
      raw: T.Unsafe<string>({ type: 'string', pattern: 'x' }),
    });
    expect(JSON.parse(JSON.stringify(build(Type)))).toEqual(JSON.parse(JSON.stringify(build(TypeBox as typeof Type))));
  });

  test('refuse unknown keys and empty strings unless told otherwise', () => {
    expect(Type.Object({})).toEqual({ type: 'object', properties: {}, additionalProperties: false });
    expect(Type.Object({}, { additionalProperties: true })).toMatchObject({ additionalProperties: true });
    expect([Type.String(), Type.String({ minLength: 0 })]).toEqual([
      { type: 'string', minLength: 1 },
      { type: 'string', minLength: 0 },
    ]);
  });

  test('name the type of enumerations', () => {
    expect(Type.Enum(['a', 'b'])).toEqual({ type: 'string', enum: ['a', 'b'] });
    expect(Type.Enum([1, 2])).toEqual({ type: 'integer', enum: [1, 2] });
    expect(Type.Enum(['a', 1])).toEqual({ enum: ['a', 1] });
  });

  test('of Kong’s kinds', () => {
    expect(Nullable(Type.Enum(['a'], { description: 'd' }))).toEqual({
      type: ['string', 'null'],
      enum: ['a', null],
      description: 'd',
      default: null,
    });
    expect(Nullable(Type.Union([Type.String(), Type.Integer()], { description: 'd' }), { default: 1 })).toEqual({
      anyOf: [{ anyOf: [{ type: 'string', minLength: 1 }, { type: 'integer' }], description: 'd' }, { type: 'null' }],
      description: 'd',
      default: 1,
    });
    expect(SetOf(Type.Integer())).toEqual({ type: 'array', items: { type: 'integer' }, uniqueItems: true });
    expect(MapOf(Type.Integer(), { description: 'd' })).toEqual({
      type: 'object',
      additionalProperties: { type: 'integer' },
      description: 'd',
    });
    expect(Type.Record(Type.String(), Type.Integer())).toEqual({ type: 'object', additionalProperties: { type: 'integer' } });
    expect(Type.Record(Type.String({ pattern: '^a' }), Type.Integer())).toMatchObject({ propertyNames: { pattern: '^a' } });
  });
});

describe('schema()', () => {
  const config = schema(
    Type.Object({
      name: Type.String(),
      count: Nullable(Type.Integer()),
      mode: Type.Enum(['a', 'b']),
      either: Type.Union([Type.Literal('x'), Type.Boolean()]),
      list: SetOf(Type.Object({ k: Type.String() })),
      map: MapOf(Type.Array(Type.String())),
      extra: Type.Optional(Type.Number()),
    }),
  );

  test('carries the type, read-only all the way down', () => {
    expectTypeOf<ConfigIn<typeof config>>().toEqualTypeOf<{
      readonly name: string;
      readonly count: number | null;
      readonly mode: 'a' | 'b';
      readonly either: 'x' | boolean;
      readonly list: readonly { readonly k: string }[];
      readonly map: { readonly [x: string]: readonly string[] };
      readonly extra?: number;
    }>();
  });

  test('gives plain frozen JSON and leaves the builder’s value alone', () => {
    const type = Type.Object({ a: Type.String() });
    const plain = schema(type);
    expect(Reflect.ownKeys(plain)).toEqual(['type', 'required', 'properties', 'additionalProperties']);
    expect([Object.isFrozen(plain), Object.isFrozen(plain['properties']), Object.isFrozen(type)]).toEqual([true, true, false]);
  });

  test('takes what TypeBox itself built', () => {
    const theirs = schema(TypeBox.Object({ a: TypeBox.Record(TypeBox.String(), TypeBox.Integer()), b: TypeBox.Enum(['x', 'y']) }));
    expectTypeOf<ConfigIn<typeof theirs>>().toEqualTypeOf<{ readonly a: { readonly [x: string]: number }; readonly b: 'x' | 'y' }>();
    expect(compileSchema(theirs)({ a: { k: 1 }, b: 'y' })).toEqual({ ok: true, config: { a: { k: 1 }, b: 'y' } });
    expect(compileSchema(theirs)({ a: { k: 'v' }, b: 'z' })).toMatchObject({
      problems: [
        { path: 'a.k', message: 'expected an integer' },
        { path: 'b', message: 'expected one of: x, y' },
      ],
    });
  });
});
