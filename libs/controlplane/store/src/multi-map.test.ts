import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MultiMap } from './multi-map.ts';

it('is a map of sets', () => {
  const values = ['x', 'y', 'z'].map((name) => ({ name }));
  const edit = fc.record({ key: fc.constantFrom('a', 'b'), value: fc.constantFrom(...values), gone: fc.boolean() });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 20 }), (edits) => {
      const map = new MultiMap<string, object>();
      const model = new Map<string, Set<object>>([
        ['a', new Set()],
        ['b', new Set()],
      ]);
      for (const { key, value, gone } of edits) {
        if (gone) map.delete(key, value);
        else map.add(key, value);
        if (gone) model.get(key)?.delete(value);
        else model.get(key)?.add(value);
        for (const [each, set] of model) {
          expect([...map.get(each)]).toEqual([...set]);
          expect(map.has(each)).toBe(set.size > 0);
        }
        expect(map.size).toBe([...model.values()].filter((set) => set.size > 0).length);
      }
    }),
  );
});
