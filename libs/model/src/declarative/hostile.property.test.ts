import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ANY_PLUGIN, definitionOf, ENTITY_TYPES, errorDocument, parseDeclarative } from '../index.ts';

const fields = [...new Set(ENTITY_TYPES.flatMap((type) => [type, ...Object.keys(definitionOf(type).schema['properties'] as object)]))];
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('a', '/', '~/(', '*', 'http', 'grpc', '1.2.3.4', '{vault://env/x}', -1, 1.5, null),
);
const nested = (inner: fc.Arbitrary<unknown>) =>
  fc.dictionary(fc.constantFrom(...fields, '__proto__', 'toString', '0', '@entity'), inner, { maxKeys: 8 });
const entity = nested(fc.oneof(value, fc.array(nested(value), { maxLength: 2 }), nested(value)));
const document = fc.dictionary(
  fc.constantFrom(...ENTITY_TYPES, '_format_version', '_comment', '_transform', 'constructor'),
  fc.oneof(value, fc.array(entity, { maxLength: 3 })),
);

test('no document makes parsing throw, and every refusal can be told', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(document, fc.constantFrom('1.1', '3.0'), (entities, version) => {
      const result = parseDeclarative({ _format_version: version, ...entities }, { plugins: ANY_PLUGIN });
      if (result.ok) return;
      expect(result.errors.length).toBeGreaterThan(0);
      for (const flatten of [false, true]) {
        const told = errorDocument(result.errors, { flatten });
        expect(JSON.parse(JSON.stringify(told)).code).toBe(14);
        const places = Object.keys(told.fields).length + (told.flattened_errors?.length ?? 0);
        expect(places).toBeGreaterThan(0);
      }
    }),
    { numRuns: 400 },
  );
});

test('no text makes parsing throw', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.stringMatching(/^[\s\-:{}[\],&*!|>%@`"'a0]{0,40}$/)), (text) => {
      expect(parseDeclarative(text, { plugins: ANY_PLUGIN }).ok).toBe(false);
    }),
    { numRuns: 1000 },
  );
});
