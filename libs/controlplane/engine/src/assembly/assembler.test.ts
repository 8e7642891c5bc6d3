import type { Configuration, ConfigurationDelta, EntityType } from '@gibbon/contracts/entities';
import type { ObjectRef } from '@gibbon/contracts/resource';
import type { EntityDraft, TranslationOutput, UnitKey } from '@gibbon/contracts/translator';
import { applyDelta, emptyConfiguration, ENTITY_TYPES } from '@gibbon/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FailureLedger } from '../failure-ledger.ts';
import { draft, ref } from '../testing/drafts.ts';
import { Assembler } from './assembler.ts';
import { Planes } from '../planes/planes.ts';
import { rankOf, referencesOf } from './entity-rules.ts';

/** An assembler, the units that feed it, and what a reader of its deltas has. */
class Bench {
  readonly ages: Map<string, number>;
  readonly units = new Map<UnitKey, TranslationOutput>();
  readonly ledger = new FailureLedger();
  readonly assembler: Assembler;
  read: Configuration = emptyConfiguration();
  delta: ConfigurationDelta = {};
  readonly planes = new Planes();

  constructor(ages: Record<string, number> = {}) {
    this.ages = new Map(Object.entries(ages));
    this.assembler = new Assembler({
      ageOf: ({ namespace, name }) => ({ created: this.ages.get(`${namespace}/${name}`) ?? 0, namespace, name }),
      onFailures: (subject, failures) => this.ledger.replace(subject, failures),
    });
  }

  apply(changes: Record<UnitKey, readonly EntityDraft[] | null>, aged: readonly ObjectRef[] = []): void {
    const entities = this.assembler.apply(
      Object.entries(changes).map(([name, entities]) => {
        const key = name as UnitKey;
        const before = this.units.get(key) ?? null;
        const after = entities === null ? null : { entities, failures: [] };
        if (after === null) this.units.delete(key);
        else this.units.set(key, after);
        return { key, before, after };
      }),
      aged,
    );
    this.delta = this.planes.apply(entities).shared;
    this.read = applyDelta(this.read, this.delta);
  }

  ids(type: EntityType): string[] {
    return this.planes.configuration()[type].map((entity) => entity.id);
  }

  messages(): string[] {
    return this.ledger
      .current()
      .map((failure) => `${failure.refs.map((each) => `${each.namespace}/${each.name}`).join(' < ')}: ${failure.message}`)
      .sort();
  }
}

const service = (owner: string, id: string, name = id, extra: object = {}): EntityDraft =>
  draft('services', owner, { id, name, client_certificate: null, ...extra });
const route = (owner: string, id: string, to: string | null, name = id): EntityDraft =>
  draft('routes', owner, { id, name, service: to === null ? null : { id: to } });

describe('entities of several units', () => {
  it('are shared where they agree and stay until the last unit leaves', () => {
    const bench = new Bench();
    bench.apply({ 'I:a': [service('ns/a', 's')], 'I:b': [service('ns/b', 's')] });
    expect(bench.ids('services')).toEqual(['s']);
    expect(bench.assembler.owners('services', 's')).toEqual([ref('ns/a'), ref('ns/b')]);
    bench.apply({ 'I:a': null });
    expect(bench.delta).toEqual({});
    bench.apply({ 'I:b': null });
    expect(bench.delta).toEqual({ services: { upserted: [], deleted: ['s'] } });
    expect(bench.assembler.owners('services', 's')).toEqual([]);
  });

  it('go to the oldest owner where they differ; the others fail by name and take over when it goes', () => {
    const bench = new Bench({ 'ns/young': 2, 'ns/old': 1 });
    bench.apply({ 'I:young': [service('ns/young', 's', 's', { port: 1 })] });
    bench.apply({ 'I:old': [service('ns/old', 's', 's', { port: 2 })] });
    expect(bench.read.services).toMatchObject([{ port: 2 }]);
    expect(bench.messages()).toEqual([
      'ns/young < ns/old: service "s": Ingress ns/old already defines one with different content; the older object wins, so this one is left out',
    ]);
    bench.apply({ 'I:old': null });
    expect(bench.read.services).toMatchObject([{ port: 1 }]);
    expect(bench.messages()).toEqual([]);
  });

  it('change hands when an owner is created anew', () => {
    const bench = new Bench({ 'ns/a': 1, 'ns/b': 2 });
    bench.apply({ 'I:a': [service('ns/a', 's', 's', { port: 1 })], 'I:b': [service('ns/b', 's', 's', { port: 2 })] });
    expect(bench.read.services).toMatchObject([{ port: 1 }]);
    bench.ages.set('ns/a', 3);
    bench.apply({}, [ref('ns/a')]);
    expect(bench.delta.services?.upserted).toMatchObject([{ port: 2 }]);
  });

  it('unite their tags where only those differ, for certificates and SNIs', () => {
    const bench = new Bench();
    const certificate = (owner: string, tag: string): EntityDraft => draft('certificates', owner, { id: 'c', cert: 'PEM', tags: [tag] });
    bench.apply({ 'I:b': [certificate('ns/b', 'from-b')], 'I:a': [certificate('ns/a', 'from-a')] });
    expect(bench.read.certificates).toMatchObject([{ id: 'c', tags: ['from-a', 'from-b'] }]);
    expect(bench.messages()).toEqual([]);
    bench.apply({ 'I:a': null });
    expect(bench.read.certificates).toMatchObject([{ id: 'c', tags: ['from-b'] }]);
  });
});

describe('unique values', () => {
  it('go to the oldest owner', () => {
    const bench = new Bench({ 'ns/b': 1, 'ns/a': 2 });
    bench.apply({ 'I:a': [service('ns/a', 's1', 'web')], 'I:b': [service('ns/b', 's2', 'web')] });
    expect(bench.ids('services')).toEqual(['s2']);
    expect(bench.messages()).toEqual([
      'ns/a < ns/b: service "web": Ingress ns/b already defines one with name "web"; the older object wins, so this one is left out',
    ]);
  });

  it('are free for others when their claimant is out itself', () => {
    const bench = new Bench();
    const consumer = (owner: string, id: string, username: string, custom: string | null): EntityDraft =>
      draft('consumers', owner, { id, username, custom_id: custom });
    bench.apply({
      'C:1': [consumer('ns/1', 'c1', 'bob', null)],
      'C:2': [consumer('ns/2', 'c2', 'bob', 'x')],
      'C:3': [consumer('ns/3', 'c3', 'eve', 'x')],
    });
    expect(bench.ids('consumers')).toEqual(['c1', 'c3']);
    bench.apply({ 'C:1': null });
    expect(bench.ids('consumers')).toEqual(['c2']);
  });

  it.each([
    [
      'basicauth_credentials',
      { username: 'bob', password: 's3cret' },
      'basic-auth credential "bob": Ingress ns/1 already defines one with username "bob"',
    ],
    [
      'hmacauth_credentials',
      { username: 'bob', secret: 's3cret' },
      'hmac-auth credential "bob": Ingress ns/1 already defines one with username "bob"',
    ],
    ['jwt_secrets', { key: 'issuer', secret: 's3cret' }, 'JWT credential "2": Ingress ns/1 already defines one with the same key'],
    [
      'oauth2_credentials',
      { client_id: 'app', client_secret: 's3cret' },
      'OAuth 2.0 credential "app": Ingress ns/1 already defines one with client_id "app"',
    ],
  ] as const)('leave credentials to who had them first: %s', (type, fields, message) => {
    const bench = new Bench({ 'ns/1': 1, 'ns/2': 2 });
    const consumer = (id: string): EntityDraft => draft('consumers', 'ns/0', { id, username: id, custom_id: null });
    bench.apply({
      'C:0': [consumer('a'), consumer('b')],
      'S:2': [draft(type, 'ns/2', { id: '2', ...fields, consumer: { id: 'b' } })],
      'S:1': [draft(type, 'ns/1', { id: '1', ...fields, consumer: { id: 'a' } })],
    });
    expect([bench.ids(type), bench.ids('consumers')]).toEqual([['1'], ['a', 'b']]);
    expect(bench.messages()).toEqual([`ns/2 < ns/1: ${message}; the older object wins, so this one is left out`]);
  });

  it('never show secrets', () => {
    const bench = new Bench();
    const key = (owner: string, id: string): EntityDraft =>
      draft('keyauth_credentials', owner, { id, key: 's3cret', consumer: { id: 'c' } });
    bench.apply({
      'C:0': [draft('consumers', 'ns/0', { id: 'c', username: 'bob', custom_id: null })],
      'S:1': [key('ns/1', 'k1')],
      'S:2': [key('ns/2', 'k2')],
    });
    expect(bench.messages()).toEqual([
      'ns/2 < ns/1: key-auth credential "k2": Ingress ns/1 already defines one with the same key; the older object wins, so this one is left out',
    ]);
  });
});

describe('planes', () => {
  const placed = (type: EntityType, owner: string, id: string, plane: string, fields: object = {}): EntityDraft =>
    ({ ...draft(type, owner, { id, name: 'a.test', ...fields }), plane }) as EntityDraft;
  const certificate = draft('certificates', 'ns/c', { id: 'c', cert: 'PEM' });
  const to = { certificate: { id: 'c' } };

  it('have unique values each for itself', () => {
    const bench = new Bench({ 'ns/1': 1, 'ns/2': 2, 'ns/3': 3 });
    bench.apply({
      'S:c': [certificate],
      'G:1': [placed('snis', 'ns/1', '1', 'p', to), placed('listeners', 'ns/1', '1', 'p')],
      'G:2': [placed('snis', 'ns/2', '2', 'q', to), placed('listeners', 'ns/2', '2', 'q')],
      'G:3': [placed('snis', 'ns/3', '3', 'p', to), placed('listeners', 'ns/3', '3', '')],
    });
    const ids = (plane: string): readonly string[][] =>
      (['snis', 'listeners'] as const).map((type) => bench.planes.configuration(plane)[type].map(({ id }) => id));
    expect([ids('p'), ids('q'), ids('')]).toEqual([
      [['1'], ['1']],
      [['2'], ['2']],
      [[], ['3']],
    ]);
    expect(bench.messages()).toEqual([
      'ns/3 < ns/1: SNI "a.test": Ingress ns/1 already defines one with name "a.test"; the older object wins, so this one is left out',
    ]);
  });

  it('share the same entity of several owners, but not between two planes', () => {
    const bench = new Bench({ 'ns/1': 1, 'ns/2': 2, 'ns/3': 3 });
    bench.apply({
      'S:c': [certificate],
      'G:1': [placed('snis', 'ns/1', 's', 'p', to)],
      'G:2': [placed('snis', 'ns/2', 's', 'p', to)],
      'G:3': [placed('snis', 'ns/3', 's', 'q', to)],
    });
    expect(bench.assembler.owners('snis', 's')).toEqual([ref('ns/1'), ref('ns/2')]);
    expect(bench.messages()).toEqual([
      expect.stringContaining('ns/3 < ns/1: SNI "a.test": Ingress ns/1 already defines one with different content'),
    ]);
    bench.apply({ 'G:1': null, 'G:2': null });
    expect([bench.planes.configuration('p').snis, bench.planes.configuration('q').snis]).toMatchObject([[], [{ id: 's' }]]);
  });

  it('are a matter of routes, SNIs and listeners alone', () => {
    const bench = new Bench();
    bench.apply({ 'I:a': [placed('services', 'ns/a', 's', 'p', { client_certificate: null })], 'I:b': [service('ns/b', 's', 'a.test')] });
    expect([bench.messages(), bench.ids('services')]).toEqual([[], ['s']]);
  });
});

describe('references', () => {
  it('keep an entity out until what it refers to is there', () => {
    const bench = new Bench();
    bench.apply({
      'I:r': [route('ns/r', 'r', 's')],
      'P:p': [draft('plugins', 'ns/p', { id: 'p', name: 'cors', instance_name: null, route: { id: 'r' }, service: null, consumer: null })],
    });
    expect(bench.read).toEqual(emptyConfiguration());
    expect(bench.messages()).toEqual([
      'ns/p: plugin "cors" is left out: its route (r) is not part of the configuration',
      'ns/r: route "r" is left out: its service (s) is not part of the configuration',
    ]);
    bench.apply({ 'I:s': [service('ns/s', 's')] });
    expect(bench.delta).toMatchObject({
      services: { upserted: [{ id: 's' }] },
      routes: { upserted: [{ id: 'r' }] },
      plugins: { upserted: [{ id: 'p' }] },
    });
    expect(bench.messages()).toEqual([]);
    bench.apply({ 'I:s': null });
    expect(bench.delta).toEqual({
      services: { upserted: [], deleted: ['s'] },
      routes: { upserted: [], deleted: ['r'] },
      plugins: { upserted: [], deleted: ['p'] },
    });
  });

  it('leave a referrer alone when what it refers to gets other content', () => {
    const bench = new Bench();
    bench.apply({ 'I:s': [service('ns/s', 's', 's', { port: 1 })], 'I:r': [route('ns/r', 'r', 's')] });
    bench.apply({ 'I:s': [service('ns/s', 's', 's', { port: 2 })] });
    expect(bench.delta).toMatchObject({ services: { upserted: [{ port: 2 }] } });
    expect(Object.keys(bench.delta)).toEqual(['services']);
  });

  it('point to types that are decided earlier', () => {
    for (const type of ENTITY_TYPES) {
      const everything = Object.fromEntries(
        ['service', 'route', 'consumer', 'certificate', 'client_certificate', 'upstream'].map((field) => [field, { id: 'x' }]),
      );
      for (const reference of referencesOf(type, everything as never)) expect(rankOf(reference.type)).toBeLessThan(rankOf(type));
    }
  });
});

it('hands out configurations that later batches leave alone, sorted by name', () => {
  const bench = new Bench();
  bench.apply({ 'I:a': [service('ns/a', '1', 'web'), service('ns/a', '2', 'api')] });
  const before = bench.planes.configuration();
  bench.apply({ 'I:a': [service('ns/a', '3', 'other')] });
  expect(before.services.map((each) => each.name)).toEqual(['api', 'web']);
  expect(bench.ids('services')).toEqual(['3']);
});

type Content = Readonly<Record<string, any>>;
interface NaiveVariant {
  readonly type: EntityType;
  readonly entity: Content;
  readonly age: readonly (string | number)[];
}

const inOrder = (a: readonly (string | number)[], b: readonly (string | number)[]): number => {
  const position = a.findIndex((value, index) => value !== b[index]);
  return position < 0 ? 0 : (a[position] as string) < (b[position] as string) ? -1 : 1;
};
const contentOf = (type: EntityType, entity: object): string =>
  `${type}/${JSON.stringify(type === 'certificates' ? { ...entity, tags: null } : entity)}`;

const REFERENCES: Partial<Record<EntityType, readonly [EntityType, string]>> = {
  routes: ['services', 'service'],
  plugins: ['routes', 'route'],
  services: ['certificates', 'client_certificate'],
};

/** The rules once more, for a set of units, without any increments: contents that are in, and how many are not. */
function assembleNaively(bench: Bench): { readonly contents: string[]; readonly left: number } {
  const variants = new Map<string, NaiveVariant>();
  for (const [unit, { entities }] of bench.units) {
    for (const { type, entity, owner } of entities) {
      const { namespace, name } = owner;
      const age = [
        ENTITY_TYPES.indexOf(type),
        bench.ages.get(`${namespace}/${name}`) ?? 0,
        namespace,
        name,
        unit,
        entity.id,
        JSON.stringify(entity),
      ];
      const known = variants.get(contentOf(type, entity));
      if (known === undefined || inOrder(age, known.age) < 0) variants.set(contentOf(type, entity), { type, entity, age });
    }
  }
  const taken = new Set<string>();
  const contents: string[] = [];
  for (const { type, entity } of [...variants.values()].sort((a, b) => inOrder(a.age, b.age))) {
    const [target, field] = REFERENCES[type] ?? [];
    const referred = field === undefined ? null : entity[field];
    if (referred !== null && !taken.has(`${target}/id=${referred.id}`)) continue;
    const unique =
      { plugins: `on=${entity['name']} ${entity['route']?.id}`, certificates: `id=${entity['id']}` }[type as string] ??
      `name=${entity['name']}`;
    const claims = [`${type}/id=${entity['id']}`, `${type}/${unique}`];
    if (claims.some((claim) => taken.has(claim))) continue;
    for (const claim of claims) taken.add(claim);
    contents.push(contentOf(type, entity));
  }
  return { contents: contents.sort(), left: variants.size - contents.length };
}

const letter = fc.constantFrom('a', 'b', 'c');
const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
const anyDraft = (owner: string): fc.Arbitrary<EntityDraft> =>
  fc.oneof(
    fc
      .record({ id: letter, name: letter, tag: letter, certificate: some(letter) })
      .map((e) =>
        service(owner, e.id, e.name, { tags: [e.tag], client_certificate: e.certificate === null ? null : { id: e.certificate } }),
      ),
    fc.record({ id: letter, name: letter, to: some(letter) }).map((e) => route(owner, e.id, e.to, e.name)),
    fc
      .record({ id: letter, name: letter, to: letter })
      .map((e) =>
        draft('plugins', owner, { id: e.id, name: e.name, instance_name: null, route: { id: e.to }, service: null, consumer: null }),
      ),
    fc
      .record({ id: letter, cert: letter, tag: letter })
      .map((e) => draft('certificates', owner, { id: e.id, cert: e.cert, tags: [e.tag] })),
  );
const edit = fc.record({ owner: fc.constantFrom('n/a', 'n/b', 'm/c', 'm/d'), unit: fc.constantFrom('u', 'v') }).chain(({ owner, unit }) =>
  fc.record({
    owner: fc.constant(owner),
    key: fc.constant<UnitKey>(`${owner}:${unit}`),
    entities: some(fc.array(anyDraft(owner), { maxLength: 4 })),
    age: some(fc.nat({ max: 2 })),
  }),
);

describe('any sequence of changes', () => {
  it('gives what the rules give for the units at the end', () => {
    fc.assert(
      fc.property(fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { maxLength: 8 }), (sequence) => {
        const bench = new Bench();
        for (const edits of sequence) {
          const aged = edits.filter(({ age }) => age !== null);
          for (const { owner, age } of aged) bench.ages.set(owner, age as number);
          bench.apply(
            Object.fromEntries(edits.map(({ key, entities }) => [key, entities])),
            aged.map(({ owner }) => ref(owner)),
          );
          const whole = bench.planes.configuration();
          const got = ENTITY_TYPES.flatMap((type) => whole[type].map((entity) => contentOf(type, entity))).sort();
          const expected = assembleNaively(bench);
          expect(got).toEqual(expected.contents);
          for (const type of ENTITY_TYPES) expect(bench.read[type].toSorted(byId)).toEqual(whole[type].toSorted(byId));
          expect(bench.ledger.current().length > 0).toBe(expected.left > 0);
          const fresh = new Bench(Object.fromEntries(bench.ages));
          fresh.apply(Object.fromEntries([...bench.units].reverse().map(([key, { entities }]) => [key, entities])));
          expect(fresh.planes.configuration()).toEqual(whole);
          expect(fresh.messages()).toEqual(bench.messages());
        }
      }),
      { numRuns: Number(process.env['GIBBON_FUZZ_RUNS'] ?? 1000) },
    );
  });
});

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}
