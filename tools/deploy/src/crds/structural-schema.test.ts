import { MapOf, SetOf, Type } from '@gibbon/schema';
import { describe, expect, it } from 'vitest';
import { structuralSchema } from './structural-schema.ts';

describe('structuralSchema', () => {
  it('says in the words of the API server what it can, and never forbids unknown fields', () => {
    const schema = Type.Object({
      names: SetOf(Type.String({ description: 'A name.' }), { description: 'Names.' }),
      labels: Type.Optional(MapOf(Type.String(), { description: 'Labels.' })),
      level: Type.Integer({ minimum: 1, maximum: 3, default: 1 }),
    });
    expect(structuralSchema({ ...schema })).toEqual({
      type: 'object',
      required: ['names', 'level'],
      properties: {
        names: {
          type: 'array',
          description: 'Names.',
          items: { type: 'string', minLength: 1, description: 'A name.' },
          'x-kubernetes-list-type': 'set',
        },
        labels: { type: 'object', description: 'Labels.', additionalProperties: { type: 'string', minLength: 1 } },
        level: { type: 'integer', minimum: 1, maximum: 3, default: 1 },
      },
    });
  });

  it('keeps free-form records and rules', () => {
    const rules = [{ rule: 'has(self.a)', message: 'expected a' }];
    const schema = Type.Object(
      {},
      { additionalProperties: true, 'x-kubernetes-preserve-unknown-fields': true, 'x-kubernetes-validations': rules },
    );
    expect(structuralSchema({ ...schema })).toEqual({
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': true,
      'x-kubernetes-validations': rules,
    });
  });

  it.each([
    [
      'a keyword without counterpart',
      Type.Object({ a: Type.Integer({ exclusiveMinimum: 0 }) }),
      '#/properties/a: "exclusiveMinimum" cannot be said',
    ],
    ['alternatives', Type.Object({ a: Type.Union([Type.String(), Type.Integer()]) }), '#/properties/a: "anyOf" cannot be said'],
    ['anything', Type.Object({ a: Type.Array(Type.Any()) }), '#/properties/a/items: expected one type'],
  ])('refuses %s', (_name, schema, message) => {
    expect(() => structuralSchema({ ...schema })).toThrow(message);
  });
});
