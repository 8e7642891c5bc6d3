import type { Configuration } from '@gibbon/contracts/entities';
import type { KubeObject } from '@gibbon/contracts/resource';
import type { ConfigurationChange } from '@gibbon/contracts/publisher';
import type { ObjectChange } from '@gibbon/contracts/source';
import type { TranslationOutput, Translator, Unit } from '@gibbon/contracts/translator';
import { refOf } from '@gibbon/k8s-types';
import { applyDelta, emptyConfiguration, ENTITY_TYPES } from '@gibbon/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, endpoint, MiniatureBackends, MiniatureWebs, web } from './testing/miniature.ts';
import { Translation } from './translation.ts';

const put = (object: KubeObject): ObjectChange => ({ type: 'upsert', object });
const drop = (object: KubeObject): ObjectChange => ({ type: 'delete', ref: refOf(object) });

function miniature(): { readonly webs: MiniatureWebs; readonly backends: MiniatureBackends; readonly translation: Translation } {
  const webs = new MiniatureWebs();
  const backends = new MiniatureBackends();
  return { webs, backends, translation: new Translation({ translators: [webs, backends] }) };
}

describe('changes of configuration', () => {
  it('begin with a whole, go on with differences, and count', () => {
    const { translation } = miniature();
    const first = translation.apply([]).change;
    expect(first).toMatchObject({ revision: 1, delta: null });
    expect(first?.full()).toEqual(emptyConfiguration());

    const second = translation.apply([put(endpoint('e', 'shop', '10.0.0.1:80')), put(web('a', 'shop'))]).change;
    expect(second?.revision).toBe(2);
    expect(Object.keys(second?.delta ?? {})).toEqual(['services', 'upstreams', 'routes', 'targets']);
    expect(first?.full()).toEqual(emptyConfiguration());

    const third = translation.apply([put(endpoint('e', 'shop', '10.0.0.2:80'))]).change;
    expect(third?.delta).toEqual({ targets: { upserted: [expect.objectContaining({ target: '10.0.0.2:80' })], deleted: [] } });
    expect(translation.apply([put(endpoint('e', 'shop', '10.0.0.2:80'))])).toMatchObject({ change: null, objects: 0, translated: 0 });
    expect(translation.apply([put(endpoint('other', 'unused', '10.0.0.3:80'))])).toMatchObject({ change: null, objects: 1, translated: 0 });
  });

  it('come with the failures that appeared and cleared', () => {
    const { translation } = miniature();
    const missing = {
      refs: [{ kind: 'Web', namespace: 'ns', name: 'a' }],
      field: 'plugins',
      reason: 'PluginMissing',
      message: 'there is no Add ns/limit',
    };
    expect(translation.apply([put(endpoint('e', 'shop', '10.0.0.1:80')), put(web('a', 'shop', { plugins: ['limit'] }))]).failures).toEqual({
      appeared: [missing],
      cleared: [],
    });
    expect(translation.failures()).toEqual([missing]);
    expect(translation.apply([put(add('limit', 'rate-limiting'))]).failures).toEqual({ appeared: [], cleared: [missing] });
    expect(translation.failures()).toEqual([]);
    expect(translation.owners('routes', 'route-a')).toEqual([{ kind: 'Web', namespace: 'ns', name: 'a' }]);
  });

  it('can be looked at: what an object yields, and why something of it is left out', () => {
    const { translation } = miniature();
    const webs = [
      web('a', 'shop', { route: 'r', created: '2026-01-01T00:00:00Z' }),
      web('b', 'shop', { route: 'r', created: '2026-01-02T00:00:00Z' }),
    ];
    expect([translation.revision, translation.planes(), translation.configuration()]).toEqual([0, [''], emptyConfiguration()]);
    translation.apply([put(endpoint('e', 'shop', '10.0.0.1:80')), ...webs.map(put)]);
    const yielded = (name: string) => translation.entitiesOf({ kind: 'Web', namespace: 'ns', name });
    expect(yielded('a')).toEqual([{ type: 'routes', id: 'route-a', label: 'r', plane: '', configured: true, failures: [] }]);
    expect(yielded('b')).toMatchObject([{ type: 'routes', configured: false, failures: [{ reason: 'Conflict' }] }]);
    expect(yielded('nobody')).toEqual([]);
    expect(translation.revision).toBe(1);
    expect(translation.configuration().routes.map(({ name }) => name)).toEqual(['r']);
    expect(translation.object({ kind: 'Web', namespace: 'ns', name: 'b' })).toBe(webs[1]);
    expect(translation.status({ kind: 'Web', namespace: 'ns', name: 'a' })).toBeNull();
  });

  it('bring an entity in when what it refers to appears, and another owner when the winner is created anew', () => {
    const { translation } = miniature();
    translation.apply([
      put(web('a', 'shop', { route: 'r', created: '2026-01-01T00:00:00Z' })),
      put(web('b', 'shop', { route: 'r', created: '2026-01-02T00:00:00Z' })),
    ]);
    const { change } = translation.apply([put(endpoint('e', 'shop', '10.0.0.1:80'))]);
    expect(change?.full().routes.map((route) => route.id)).toEqual(['route-a']);
    const again = translation.apply([put(web('a', 'shop', { route: 'r', created: '2026-01-03T00:00:00Z' }))]);
    expect(again.change?.delta).toEqual({ routes: { upserted: [expect.objectContaining({ id: 'route-b' })], deleted: ['route-a'] } });
  });
});

/** A unit that yields nothing but the planes which the object names. */
class Declaring implements Translator {
  readonly objects = ['Gate'];
  readonly derived = [];
  readonly indexes = [];

  translate({ object }: Unit): TranslationOutput {
    const { planes } = (object as unknown as { readonly spec: { readonly planes?: readonly string[] } }).spec;
    if (planes?.includes('bad') === true) throw new Error('broken');
    return { entities: [], failures: [], ...(planes !== undefined && { planes }) };
  }
}
const gate = (name: string, planes?: readonly string[]): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Gate', metadata: { namespace: 'ns', name, uid: name }, spec: { planes } }) as KubeObject;

describe('planes without entities', () => {
  const planesOf = (change: ConfigurationChange | null): unknown =>
    Object.fromEntries([...(change?.planes ?? [])].map(([plane, own]) => [plane, own === null ? 'gone' : (own.delta ?? 'new')]));

  it('exist while a unit declares them', () => {
    const translation = new Translation({ translators: [new Declaring()] });
    const first = translation.apply([put(gate('a', ['p'])), put(gate('b', ['p'])), put(gate('c'))]).change;
    expect(planesOf(first)).toEqual({ p: 'new' });
    expect(first?.planes?.get('p')?.full()).toEqual(emptyConfiguration());
    expect(translation.apply([drop(gate('a')), put(gate('c', []))]).change).toBeNull();
    expect(planesOf(translation.apply([put(gate('b', ['q']))]).change)).toEqual({ p: 'gone', q: 'new' });
  });

  it('stay when their translator fails', () => {
    const translation = new Translation({ translators: [new Declaring()] });
    translation.apply([put(gate('a', ['p']))]);
    expect(translation.apply([put(gate('a', ['bad']))]).change).toBeNull();
    expect(planesOf(translation.apply([put(gate('a', ['q']))]).change)).toEqual({ p: 'gone', q: 'new' });
  });
});

describe('with 10,000 units', () => {
  it('one change costs the units that read it', () => {
    const { translation, webs, backends } = miniature();
    const objects = Array.from({ length: 10_000 }, (_, n) => [
      web(`w${n}`, `b${n % 1000}`, { plugins: ['limit'] }),
      endpoint(`e${n}`, `b${n % 1000}`, `10.0.0.1:${n}`),
    ]);
    expect(translation.apply([...objects.flat().map(put), put(add('limit', 'cors'))])).toMatchObject({
      objects: 20_001,
      translated: 11_000,
    });

    webs.translations = backends.translations = 0;
    const endpointChange = translation.apply([put(endpoint('e7', 'b7', '10.9.9.9:80'))]);
    expect(endpointChange).toMatchObject({
      translated: 1,
      change: { delta: { targets: { upserted: [{ id: 'target-e7' }], deleted: [] } } },
    });
    expect([webs.translations, backends.translations]).toEqual([0, 1]);

    expect(translation.apply([put(web('w7', 'b8', { plugins: ['limit'] }))])).toMatchObject({ translated: 1 });
    // The last user of a backend takes it along, and nothing else.
    expect(translation.apply([put(web('lonely', 'alone')), put(endpoint('only', 'alone', '10.0.0.1:1'))])).toMatchObject({ translated: 2 });
    const { change, translated } = translation.apply([drop(web('lonely', 'alone'))]);
    expect(translated).toBe(0);
    expect(change?.delta).toEqual({
      services: { upserted: [], deleted: ['service-alone'] },
      upstreams: { upserted: [], deleted: ['upstream-alone'] },
      routes: { upserted: [], deleted: ['route-lonely'] },
      targets: { upserted: [], deleted: ['target-only'] },
    });
  });
});

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}

const letter = fc.constantFrom('a', 'b', 'c', 'd');
const anyObject: fc.Arbitrary<KubeObject> = fc.oneof(
  fc
    .record({
      name: letter,
      backend: letter,
      plugins: fc.subarray(['a', 'b']),
      route: letter,
      created: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'),
    })
    .map((each) => web(each.name, each.backend, each)),
  fc
    .record({ name: letter, backend: letter, address: fc.constantFrom('10.0.0.1:80', '10.0.0.2:80') })
    .map((each) => endpoint(each.name, each.backend, each.address)),
  fc.record({ name: letter, plugin: fc.constantFrom('cors', 'key-auth') }).map((each) => add(each.name, each.plugin)),
);
const change = fc.tuple(anyObject, fc.boolean()).map(([object, gone]) => (gone ? drop(object) : put(object)));

describe('any sequence of changes', () => {
  it('ends where its last state leads from scratch, in any order and in any batches', () => {
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 10 }), fc.integer(), (sequence, seed) => {
        const { translation } = miniature();
        const objects = new Map<string, KubeObject>();
        let read: Configuration = emptyConfiguration();
        for (const changes of sequence) {
          const result = translation.apply(changes);
          if (result.change?.delta) read = applyDelta(read, result.change.delta);
          else if (result.change) read = result.change.full();
          for (const each of changes) {
            const ref = each.type === 'delete' ? each.ref : refOf(each.object);
            if (each.type === 'delete') objects.delete(`${ref.kind}/${ref.name}`);
            else objects.set(`${ref.kind}/${ref.name}`, each.object);
          }
        }
        const scratch = miniature().translation;
        const shuffled = [...objects.values()]
          .map((object, n) => ({ object, rank: Math.sin(seed + n) }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ object }) => put(object));
        const half = Math.floor(shuffled.length / 2);
        const [first, second] = [scratch.apply(shuffled.slice(0, half)).change, scratch.apply(shuffled.slice(half)).change];
        const whole = (second ?? first)?.full() ?? emptyConfiguration();
        for (const type of ENTITY_TYPES) expect(read[type].toSorted(byId)).toEqual(whole[type].toSorted(byId));
        expect(new Set(translation.failures().map((failure) => JSON.stringify(failure)))).toEqual(
          new Set(scratch.failures().map((failure) => JSON.stringify(failure))),
        );
      }),
      { numRuns: Number(process.env['GIBBON_FUZZ_RUNS'] ?? 1000) },
    );
  });
});
