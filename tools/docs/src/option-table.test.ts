import { describe, expect, test } from 'vitest';
import { optionTable } from './option-table.ts';
import type { Schema } from './schema-text.ts';

const table = (schema: Schema): readonly string[] => optionTable(schema).split('\n').slice(2);

describe('optionTable', () => {
  test('says so when there are no options', () => {
    expect(optionTable({ type: 'object', properties: {} })).toBe('There are no options.');
  });

  test('gives type, default and description of each option, and marks what is required and has no default', () => {
    const rows = table({
      type: 'object',
      required: ['key', 'port'],
      properties: {
        key: { type: 'string', minLength: 1, description: 'Secret.' },
        port: { type: 'integer', minimum: 1, maximum: 65535, default: 80, description: 'Port.' },
        label: { type: ['string', 'null'], default: null, description: 'Label.' },
      },
    });
    expect(rows).toEqual([
      '| `key` | string | **required** | Secret. |',
      '| `port` | integer, 1 to 65535 | `80` | Port. |',
      '| `label` | string or null | `null` | Label. |',
    ]);
  });

  test('reads lists, sets, maps, choices and alternatives', () => {
    const rows = table({
      properties: {
        methods: { type: 'array', items: { type: 'string', enum: ['GET', 'PUT'] }, uniqueItems: true, default: ['GET'] },
        sizes: { type: 'array', items: { type: 'number', minimum: 0 }, minItems: 1 },
        headers: { type: 'object', additionalProperties: { type: 'string' } },
        either: { anyOf: [{ type: 'boolean' }, { const: 'auto' }] },
        anything: {},
      },
    });
    expect(rows).toEqual([
      '| `methods` | set of `GET`, `PUT` | `["GET"]` |  |',
      '| `sizes` | list of number, at least 0, at least 1 elements |  |  |',
      '| `headers` | map of string |  |  |',
      '| `either` | boolean or `auto` |  |  |',
      '| `anything` | any |  |  |',
    ]);
  });

  test('follows objects and lists of objects by path', () => {
    const rows = table({
      properties: {
        probe: {
          type: 'object',
          default: { interval: 5 },
          properties: { interval: { type: 'integer', default: 5, description: 'Seconds.' } },
        },
        rules: { type: 'array', items: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } },
      },
    });
    expect(rows).toEqual([
      '| `probe` | object |  |  |',
      '| `probe.interval` | integer | `5` | Seconds. |',
      '| `rules` | list of objects |  |  |',
      '| `rules[].name` | string | **required** |  |',
    ]);
  });

  test('keeps cells whole: no line breaks, no bare pipes', () => {
    expect(table({ properties: { a: { type: 'string', pattern: 'x|y', default: 'p|q', description: 'one\n  two | three' } } })).toEqual([
      '| `a` | string, matching `x\\|y` | `p\\|q` | one two \\| three |',
    ]);
  });
});
