import type { Configuration, ConfigurationDelta, Entity, EntityType, PluginEntity } from '@gibbon/contracts/entities';
import type { PlaneName } from '@gibbon/contracts/translator';
import { applyDelta, emptyConfiguration, ENTITY_TYPES, type ForeignId } from '@gibbon/model';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { referencesOf } from '../assembly/entity-rules.ts';
import { entityKey, type EntityKey } from '../assembly/variant.ts';
import { splitNaively, type Present } from '../testing/naive-split.ts';
import type { PlacedEntity } from './placed-entity.ts';
import { Planes, type PlaneChanges } from './planes.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Plugins of these tests name services in `config.services`. */
function servicesOf({ config }: PluginEntity): readonly ForeignId[] {
  return ((config['services'] ?? []) as readonly string[]).map((id) => ({ type: 'services', id }));
}

function placed(type: EntityType, id: string, fields: Fields = {}, plane = ''): Present {
  const entity = { id, tags: null, ...fields } as unknown as Entity;
  return { key: entityKey(type, id), type, plane, entity };
}
const gone = (type: EntityType, id: string): PlacedEntity => ({ key: entityKey(type, id), type, plane: '', entity: null });
const ref = (id: string | null): { readonly id: string } | null => (id === null ? null : { id });

const route = (id: string, service: string | null, plane = ''): Present => placed('routes', id, { name: id, service: ref(service) }, plane);
const service = (
  id: string,
  fields: { readonly host?: string; readonly certificate?: string; readonly authorities?: readonly string[] } = {},
): Present =>
  placed('services', id, {
    name: id,
    host: fields.host ?? id,
    client_certificate: ref(fields.certificate ?? null),
    ca_certificates: fields.authorities ?? null,
  });
const upstream = (id: string, name = id, certificate: string | null = null): Present =>
  placed('upstreams', id, { name, client_certificate: ref(certificate) });
const target = (id: string, of: string): Present => placed('targets', id, { target: id, upstream: ref(of) });
const plugin = (
  id: string,
  on: { readonly route?: string; readonly service?: string; readonly consumer?: string },
  services: readonly string[] = [],
): Present =>
  placed('plugins', id, {
    name: id,
    route: ref(on.route ?? null),
    service: ref(on.service ?? null),
    consumer: ref(on.consumer ?? null),
    config: { services },
  });
const sni = (id: string, certificate: string, plane = ''): Present =>
  placed('snis', id, { name: id, certificate: ref(certificate) }, plane);
const consumer = (id: string): Present => placed('consumers', id, { username: id, custom_id: null });

/** Planes, and what somebody has who follows their differences. */
class Follower {
  readonly planes = new Planes(servicesOf);
  readonly read = new Map<PlaneName, Configuration>([['', emptyConfiguration()]]);
  changes: PlaneChanges = { shared: {}, others: new Map() };

  apply(...changes: readonly PlacedEntity[]): this {
    return this.follow(this.planes.apply(changes));
  }

  declare(plane: PlaneName, difference: number, ...changes: readonly PlacedEntity[]): this {
    return this.follow(this.planes.apply(changes, new Map([[plane, difference]])));
  }

  follow(changes: PlaneChanges): this {
    this.changes = changes;
    this.#follow('', this.changes.shared);
    for (const [plane, change] of this.changes.others) {
      if (change === null) this.read.delete(plane);
      else if (change.delta === null) this.read.set(plane, change.configuration);
      else this.#follow(plane, change.delta);
    }
    return this;
  }

  keys(plane: PlaneName): string[] {
    return keysOf(this.read.get(plane) ?? emptyConfiguration());
  }

  #follow(plane: PlaneName, delta: ConfigurationDelta): void {
    this.read.set(plane, applyDelta(this.read.get(plane) ?? emptyConfiguration(), delta));
  }
}

function keysOf(configuration: Configuration): string[] {
  return ENTITY_TYPES.flatMap((type) => configuration[type].map(({ id }) => `${type}/${id}`)).sort();
}

let follower: Follower;
beforeEach(() => {
  follower = new Follower();
});

const SHOP = [service('shop', { certificate: 'client', authorities: ['ca'] }), upstream('u', 'shop'), target('t', 'u')];
const SHOP_KEYS = ['ca_certificates/ca', 'certificates/client', 'services/shop', 'targets/t', 'upstreams/u'];
const CERTIFICATES = [placed('certificates', 'client'), placed('ca_certificates', 'ca', { cert_digest: 'd' })];

describe('a plane', () => {
  it('has what its routes need, and the shared one has it no more', () => {
    follower.apply(...CERTIFICATES, ...SHOP);
    expect(follower.keys('')).toEqual(SHOP_KEYS);
    follower.apply(route('r', 'shop', 'p'));
    expect(follower.keys('p')).toEqual([...SHOP_KEYS, 'routes/r'].sort());
    expect(follower.keys('')).toEqual([]);
    follower.apply(route('web', 'shop'));
    expect(follower.keys('')).toEqual([...SHOP_KEYS, 'routes/web'].sort());
    expect([...follower.changes.others]).toEqual([]);
  });

  it('begins with a whole, goes on with differences, and ends; what it alone had is shared then', () => {
    follower.apply(...CERTIFICATES, ...SHOP, route('r', 'shop', 'p'));
    expect(follower.changes.others.get('p')).toMatchObject({ delta: null });
    follower.apply(target('t2', 'u'));
    expect(follower.changes.shared).toEqual({});
    expect(follower.changes.others.get('p')?.delta).toEqual({
      targets: { upserted: [expect.objectContaining({ id: 't2' })], deleted: [] },
    });
    follower.apply(gone('routes', 'r'));
    expect([...follower.changes.others]).toEqual([['p', null]]);
    expect(follower.keys('')).toEqual([...SHOP_KEYS, 'targets/t2'].sort());
  });

  it('has consumers and plugins for everything, from the beginning', () => {
    follower.apply(
      consumer('bob'),
      placed('acls', 'a', { group: 'a', consumer: ref('bob') }),
      plugin('limit', {}),
      plugin('bobs', { consumer: 'bob' }),
    );
    follower.apply(placed('listeners', 'l', { name: 'http-80' }, 'p'));
    const everywhere = ['acls/a', 'consumers/bob', 'plugins/bobs', 'plugins/limit'];
    expect([follower.keys(''), follower.keys('p')]).toEqual([
      everywhere,
      ['acls/a', 'consumers/bob', 'listeners/l', 'plugins/bobs', 'plugins/limit'],
    ]);
    follower.apply(gone('plugins', 'bobs'));
    expect([follower.keys(''), follower.keys('p')].map((keys) => keys.includes('plugins/bobs'))).toEqual([false, false]);
  });

  it('that is declared is there before, after and without any entity of its own', () => {
    follower.declare('p', 1, consumer('bob'));
    expect([...follower.read.keys()]).toEqual(['', 'p']);
    expect([follower.keys(''), follower.keys('p')]).toEqual([['consumers/bob'], ['consumers/bob']]);
    follower.apply(...CERTIFICATES, ...SHOP, route('r', 'shop', 'p'));
    follower.apply(gone('routes', 'r'));
    expect(follower.changes.others.get('p')?.delta).toMatchObject({ routes: { deleted: ['r'] } });
    expect(follower.keys('p')).toEqual(['consumers/bob']);
    follower.declare('p', 1).declare('p', -1);
    expect([...follower.changes.others]).toEqual([]);
    follower.declare('p', -1);
    expect([...follower.changes.others]).toEqual([['p', null]]);
    expect(follower.keys('')).toEqual([...SHOP_KEYS, 'consumers/bob'].sort());
  });

  it('that is declared no more stays while an entity belongs to it', () => {
    follower.declare('p', 1, ...CERTIFICATES, ...SHOP, route('r', 'shop', 'p'));
    follower.declare('p', -1);
    expect([...follower.changes.others]).toEqual([]);
    expect(follower.keys('p')).toEqual([...SHOP_KEYS, 'routes/r'].sort());
  });

  it('has plugins of its routes and services, and the services that their configurations name', () => {
    follower.apply(service('a'), service('b'), service('c'), upstream('b'));
    follower.apply(route('r', null, 'p'), plugin('split', { route: 'r' }, ['a', 'b']), plugin('mirror', { service: 'b' }, ['c']));
    expect(follower.keys('p')).toEqual([
      'plugins/mirror',
      'plugins/split',
      'routes/r',
      'services/a',
      'services/b',
      'services/c',
      'upstreams/b',
    ]);
    expect(follower.keys('')).toEqual([]);
    follower.apply(plugin('split', { route: 'r' }, ['a']));
    expect(follower.keys('p')).toEqual(['plugins/split', 'routes/r', 'services/a']);
    expect(follower.keys('')).toEqual(['plugins/mirror', 'services/b', 'services/c', 'upstreams/b']);
  });

  it('has the certificates of its own server names', () => {
    follower.apply(placed('certificates', 'one'), placed('certificates', 'two'), sni('x', 'one'), sni('y', 'two', 'p'));
    expect([follower.keys(''), follower.keys('p')]).toEqual([
      ['certificates/one', 'snis/x'],
      ['certificates/two', 'snis/y'],
    ]);
    follower.apply(sni('y', 'one', 'p'));
    expect([follower.keys(''), follower.keys('p')]).toEqual([
      ['certificates/one', 'certificates/two', 'snis/x'],
      ['certificates/one', 'snis/y'],
    ]);
  });

  it('loses services that name each other when nothing else does', () => {
    const circle = [service('a'), service('b'), plugin('ab', { service: 'a' }, ['b']), plugin('ba', { service: 'b' }, ['a'])];
    const keys = ['plugins/ab', 'plugins/ba', 'services/a', 'services/b'];
    follower.apply(...circle, route('r', 'a', 'p'), route('other', 'b', 'q'), route('x', null, 'p'));
    expect([follower.keys(''), follower.keys('p'), follower.keys('q')]).toEqual(
      [[], [...keys, 'routes/r', 'routes/x'], [...keys, 'routes/other'].sort()].map((each) => each.sort()),
    );
    follower.apply(route('r', null, 'p'));
    expect(follower.keys('p')).toEqual(['routes/r', 'routes/x']);
    follower.apply(gone('routes', 'other'));
    expect(follower.keys('')).toEqual(keys);
  });

  it('gets a route of another plane', () => {
    follower.apply(service('s'), route('r', 's', 'p'), route('stays', null, 'p'));
    follower.apply(route('r', 's', 'q'));
    expect([follower.keys('p'), follower.keys('q')]).toEqual([['routes/stays'], ['routes/r', 'services/s']]);
    follower.apply(route('r', 's'));
    expect([follower.keys(''), follower.read.has('q')]).toEqual([['routes/r', 'services/s'], false]);
  });
});

it('is not told of what does not concern it', () => {
  follower.apply(service('a'), service('b'), route('ra', 'a', 'p'), route('rb', 'b', 'q'), route('r', null));
  follower.apply(service('a', { host: 'elsewhere' }));
  expect([...follower.changes.others.keys()]).toEqual(['p']);
  expect(follower.changes.shared).toEqual({});
  follower.apply(route('r', null), route('ra', 'a', 'p'));
  expect([follower.changes.shared, [...follower.changes.others]]).toEqual([{}, []]);
});

const id = fc.constantFrom('a', 'b', 'c', 'd');
const some = (value: fc.Arbitrary<string>): fc.Arbitrary<string | undefined> => fc.option(value, { nil: undefined, freq: 2 });
const plane = fc.constantFrom('', 'p', 'q');
const anyEntity: fc.Arbitrary<Present> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(id, some(id), plane).map(([a, b, c]) => route(a, b ?? null, c)) },
  {
    weight: 3,
    arbitrary: fc.record({ id, host: some(id), certificate: some(id), authority: some(id) }).map(({ authority, host, certificate, ...e }) =>
      service(e.id, {
        ...(host !== undefined && { host }),
        ...(certificate !== undefined && { certificate }),
        ...(authority !== undefined && { authorities: [authority] }),
      }),
    ),
  },
  fc.tuple(id, id, some(id)).map(([a, b, c]) => upstream(a, b, c ?? null)),
  fc.tuple(id, id).map(([a, b]) => target(a, b)),
  {
    weight: 3,
    arbitrary: fc
      .record({ id, route: some(id), service: some(id), consumer: some(id), services: fc.subarray(['a', 'b', 'c', 'd'], { maxLength: 2 }) })
      .map(({ id: name, route: onRoute, service: onService, consumer: onConsumer, services }) =>
        plugin(
          name,
          {
            ...(onRoute !== undefined && { route: onRoute }),
            ...(onService !== undefined && { service: onService }),
            ...(onConsumer !== undefined && { consumer: onConsumer }),
          },
          services,
        ),
      ),
  },
  fc.tuple(id, id, plane).map(([a, b, c]) => sni(a, b, c)),
  fc.tuple(id, plane).map(([a, c]) => placed('listeners', a, { name: a }, c)),
  id.map((a) => consumer(a)),
  id.map((a) => placed('certificates', a)),
  id.map((a) => placed('ca_certificates', a, { cert_digest: a })),
);

/** Services whose plugins name each other, and hardly anything else. */
it('lets go of all that a plugin names, though it leaves a plane with the first of them', () => {
  const circle = new Follower();
  circle.apply(service('c'), service('b'), plugin('d', { service: 'c' }, ['a', 'b']));
  circle.apply(route('a', 'a', 'q'), plugin('a', { service: 'a' }, ['c']), service('a'));
  expect(keysOf(circle.read.get('q') as Configuration)).toContain('services/b');
  circle.apply(route('a', 'a'), gone('plugins', 'd'));
  expect([...circle.read.keys()]).toEqual(['']);
  expect(keysOf(circle.read.get('') as Configuration)).toContain('services/b');
});

const letter = fc.constantFrom('a', 'b', 'c');
const circling: fc.Arbitrary<Present> = fc.oneof(
  fc.tuple(letter, letter, plane).map(([a, b, c]) => route(a, b, c)),
  letter.map((a) => service(a)),
  {
    weight: 3,
    arbitrary: fc
      .record({ name: id, on: letter, services: fc.subarray(['a', 'b', 'c'], { minLength: 1, maxLength: 2 }) })
      .map(({ name, on, services }) => plugin(name, { service: on }, services)),
  },
);

/** As the assembler leaves them: what refers to nothing is out, and a name has one upstream. */
function assembled(wanted: ReadonlyMap<EntityKey, Present>): Map<EntityKey, Present> {
  const present = new Map(wanted);
  const names = new Map<unknown, EntityKey>();
  for (const { key, type, entity } of wanted.values()) {
    if (type !== 'upstreams') continue;
    const { name } = entity as unknown as Fields;
    if (names.has(name)) present.delete(key);
    else names.set(name, key);
  }
  for (let size = -1; size !== present.size;) {
    size = present.size;
    for (const { key, type, entity } of present.values()) {
      if (referencesOf(type, entity).some((each) => !present.has(entityKey(each.type, each.id)))) present.delete(key);
    }
  }
  return present;
}

it.each([
  ['everything', anyEntity],
  ['circles', circling],
])(
  'is what the rules give from scratch, after any sequence of changes of %s',
  (_, entities) => {
    const edits = fc.array(fc.array(fc.record({ entity: entities, remove: fc.boolean() }), { minLength: 1, maxLength: 6 }), {
      maxLength: 15,
      size: 'max',
    });
    fc.assert(
      fc.property(edits, (sequence) => {
        const world = new Follower();
        const wanted = new Map<EntityKey, Present>();
        let before = new Map<EntityKey, Present>();
        for (const batch of sequence) {
          for (const { entity, remove } of batch) {
            if (remove) wanted.delete(entity.key);
            else wanted.set(entity.key, entity);
          }
          const after = assembled(wanted);
          const changed = [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key));
          world.apply(...changed.map((key) => after.get(key) ?? { ...(before.get(key) as Present), plane: '', entity: null }));
          before = after;
          const expected = splitNaively([...after.values()], servicesOf);
          const got = new Map([...world.read].map(([name, read]) => [name, keysOf(read)]));
          expect(got).toEqual(new Map([...expected].map(([name, keys]) => [name, keys.toSorted()])));
          for (const [name, read] of world.read) {
            const whole = world.planes.configuration(name);
            for (const type of ENTITY_TYPES) {
              expect(new Set<Entity>(read[type])).toEqual(new Set<Entity>(whole[type]));
              for (const entity of whole[type] as readonly Entity[]) expect(entity).toEqual(after.get(entityKey(type, entity.id))?.entity);
            }
          }
        }
      }),
      { numRuns: Number(process.env['GIBBON_FUZZ_RUNS'] ?? 1000) },
    );
  },
  60_000,
);
