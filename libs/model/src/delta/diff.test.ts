import type { Configuration, Service } from '@gibbon/contracts/entities';
import { expect, test } from 'vitest';
import { applyDelta, diff, emptyConfiguration, normaliseEntity, sameValue } from '../index.ts';

function service(name: string, fields: object = {}): Service {
  const result = normaliseEntity('services', { name, host: 'h', ...fields });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.entity;
}

function configuration(...services: Service[]): Configuration {
  return { ...emptyConfiguration(), services };
}

test('a delta has new, changed and removed entities, each once', () => {
  const [a, b, c] = [service('a'), service('b'), service('c')];
  const changed = service('b', { port: 81 });
  expect(diff(configuration(a, b), configuration(changed, c))).toEqual({ services: { upserted: [changed, c], deleted: [a.id] } });
});

test('equal values in other objects and another order are no difference', () => {
  expect(diff(configuration(service('a'), service('b')), configuration(service('b'), service('a')))).toEqual({});
});

test('replaced entities keep their place, what did not change is shared', () => {
  const [a, b, c] = [service('a'), service('b'), service('c')];
  const changed = service('a', { tags: ['t'] });
  const before = configuration(a, b);
  const after = applyDelta(before, { services: { upserted: [c, changed], deleted: [b.id, 'unknown'] } });
  expect(after.services).toEqual([changed, c]);
  expect(after.routes).toBe(before.routes);
  expect(before.services).toEqual([a, b]);
});

test('the empty configuration cannot be changed', () => {
  expect(Object.isFrozen(emptyConfiguration()) && Object.isFrozen(emptyConfiguration().services)).toBe(true);
});

test.each<[unknown, unknown, boolean]>([
  [1, 1, true],
  [Number.NaN, Number.NaN, true],
  [null, undefined, false],
  [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true],
  [{ a: 1 }, { a: 1, b: undefined }, false],
  [{ a: undefined }, { b: undefined }, false],
  [[1, 2], [2, 1], false],
  [[1], { 0: 1 }, false],
  [{}, [], false],
  ['1', 1, false],
])('%j and %j: %s', (a, b, same) => {
  expect([sameValue(a, b), sameValue(b, a)]).toEqual([same, same]);
});
