import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Route } from '@gibbon/contracts/entities';
import type { RouteEntry, RouteInput } from './contract.ts';
import { idOf, inputOf, routeOf } from './testing/fixtures.ts';
import { buildLinearRouter } from './testing/linear.ts';
import { buildRouter, updateRouter } from './router.ts';

const host = fc.constantFrom(
  'a.test',
  'b.a.test',
  'A.test',
  '*.a.test',
  '*.test',
  'a.*',
  'b.a.*',
  'a.test:81',
  '*.test:81',
  'a.*:82',
  '[::1]',
  'test',
);
const path = fc.constantFrom(
  '/',
  '/a',
  '/ab',
  '/a/',
  '/a/b',
  '/b',
  '/abc',
  '/a/b/c',
  '~/a$',
  '~/a',
  '~/a/(?<x>[^/]+)',
  '~/a|/b',
  '~/(a)(b)?',
  '~/a/?$',
  '~.*c',
  '~/a+b',
  '~/\\w+/b',
  '~^/ab$',
  '~/a{2}',
  '~/[ab]/',
);
const some = <T>(value: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[] | null> =>
  fc.option(fc.uniqueArray(value, { minLength: 1, maxLength }), { freq: 2 });

const route: fc.Arbitrary<Route> = fc
  .record({
    id: fc.nat(40).map(idOf),
    hosts: some(host, 3),
    paths: some(path, 4),
    methods: some(fc.constantFrom('GET', 'POST'), 2),
    headers: fc.option(
      fc.dictionary(
        fc.constantFrom('x-a', 'X_B'),
        fc.uniqueArray(fc.constantFrom('1', 'One', '~*^o', '~*\\D'), { minLength: 1, maxLength: 2 }),
        { minKeys: 1, maxKeys: 2 },
      ),
      { freq: 2 },
    ),
    snis: some(fc.constantFrom('a.test', '*.test', 'a.*', 'b.test.'), 2),
    sources: some(
      fc.constantFrom({ ip: '10.0.0.0/8', port: null }, { ip: '::1', port: null }, { ip: null, port: 5 }, { ip: '10.0.0.1', port: 5 }),
      2,
    ),
    destinations: some(fc.constantFrom({ ip: null, port: 81 }, { ip: '10.9.0.0/16', port: null }), 2),
    regex_priority: fc.constantFrom(0, 0, 1, 7, -1, 2 ** 33),
    protocols: fc.constantFrom<Route['protocols'][]>(['http'], ['https'], ['http', 'https']),
  })
  .map(routeOf)
  .map((value) =>
    Object.values({ ...value, id: null, protocols: null, name: null }).some((field) => typeof field === 'object' && field !== null)
      ? value
      : { ...value, paths: ['/'] },
  );

const input: fc.Arbitrary<RouteInput> = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'PUT'),
    scheme: fc.constantFrom('http', 'https'),
    rawHost: fc.constantFrom(
      'a.test',
      'b.a.test',
      'A.TEST',
      'c.test:81',
      'a.test:81',
      'a.x',
      'a.x:82',
      '[::1]',
      '[::1]:81',
      '',
      'test',
      'a.test:',
      'b.a.b.a.test',
    ),
    port: fc.constantFrom(80, 81),
    path: fc.constantFrom('/', '/a', '/ab', '/a/b', '/a/b/c', '/b', '/abc', '/aab', '/c', '/a/bc', '/ab/b', '/x/b'),
    sni: fc.constantFrom(null, 'a.test', 'b.test', 'x.y'),
    forwardedAddress: fc.constantFrom('10.0.0.1', '::1', '11.0.0.1'),
    clientPort: fc.constantFrom(5, 6),
    serverAddress: fc.constantFrom('10.9.1.1', '10.8.1.1'),
    headers: fc.constantFrom<string[][]>([], ['X-A', '1'], ['x_a', 'ONE', 'x-b', 'o2'], ['x-a', 'zzz', 'X-A', 'one'], ['x-b', '7']),
  })
  .map(inputOf);

function entriesOf(routes: readonly Route[]): RouteEntry<string>[] {
  const byId = new Map(routes.map((each) => [each.id, each]));
  return [...byId.values()].map((each, index) => ({ route: each, value: `${each.id}/${index}` }));
}

describe('the indexed router', () => {
  it('matches what the expressions of all routes match, in order of priority', () => {
    fc.assert(
      fc.property(
        fc.array(route, { maxLength: 14 }),
        fc.array(input, { minLength: 1, maxLength: 12 }),
        fc.constantFrom('sensitive', 'insensitive'),
        (routes, inputs, hostCase) => {
          const entries = entriesOf(routes);
          const router = buildRouter(entries, { hostCase });
          const reference = buildLinearRouter(entries, { hostCase });
          expect(router.problems).toEqual([]);
          expect(router.size).toBe(entries.length);
          for (const each of inputs) expect(router.match(each)).toEqual(reference(each));
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('is the same after changes as when built anew', () => {
    const change = fc.record({ removed: fc.array(fc.nat(40).map(idOf), { maxLength: 4 }), added: fc.array(route, { maxLength: 3 }) });
    fc.assert(
      fc.property(
        fc.array(route, { maxLength: 10 }),
        fc.array(change, { minLength: 1, maxLength: 5 }),
        fc.array(input, { minLength: 1, maxLength: 8 }),
        (routes, changes, inputs) => {
          const current = new Map(entriesOf(routes).map((entry) => [entry.route.id, entry]));
          let router = buildRouter([...current.values()]);
          for (const [round, { removed, added }] of changes.entries()) {
            const entries = entriesOf(added).map((entry) => ({ ...entry, value: `${entry.value}@${round}` }));
            for (const id of removed) current.delete(id);
            for (const entry of entries) current.set(entry.route.id, entry);
            router = updateRouter(router, { removedIds: removed, added: entries });
            const reference = buildLinearRouter([...current.values()]);
            expect(router.size).toBe(current.size);
            for (const each of inputs) expect(router.match(each)).toEqual(reference(each));
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
