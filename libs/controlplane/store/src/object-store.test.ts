import type { KubeObject } from '@gibbon/contracts/resource';
import type { ObjectChange } from '@gibbon/contracts/source';
import type { IndexDefinition } from '@gibbon/contracts/translator';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareObjects, ObjectStore } from './index.ts';

interface Slice extends KubeObject {
  readonly spec?: unknown;
}

function slice(name: string, service: string, extra: Partial<KubeObject['metadata']> = {}, spec?: unknown): Slice {
  return Object.freeze({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    spec,
    metadata: Object.freeze({ namespace: 'default', ...extra, name, labels: { 'kubernetes.io/service-name': service } }),
  });
}

const upsert = (object: KubeObject): ObjectChange => ({ type: 'upsert', object });
const remove = (name: string, namespace = 'default'): ObjectChange => ({ type: 'delete', ref: { kind: 'EndpointSlice', namespace, name } });
const names = (objects: readonly KubeObject[]): string[] => objects.map((object) => object.metadata.name);

const BY_SERVICE: IndexDefinition = {
  name: 'slices-by-service',
  kind: 'EndpointSlice',
  values: (object) => [`${object.metadata.namespace}/${object.metadata.labels?.['kubernetes.io/service-name']}`],
};

describe('reading', () => {
  it('finds objects by name, kind, namespace and index, oldest first', () => {
    const store = new ObjectStore([BY_SERVICE]);
    store.apply([
      upsert(slice('b', 'web', { creationTimestamp: '2026-01-02T00:00:00Z' })),
      upsert(slice('z', 'web', { creationTimestamp: '2026-01-01T00:00:00Z' })),
      upsert(slice('a', 'api', { creationTimestamp: '2026-01-02T00:00:00Z' })),
      upsert(slice('a', 'web', { namespace: 'alpha', creationTimestamp: '2026-01-02T00:00:00Z' })),
    ]);
    expect(store.get('EndpointSlice', 'default', 'b')?.metadata.name).toBe('b');
    expect(store.get('EndpointSlice', 'default', 'nope')).toBeNull();
    expect(store.get('Secret', 'default', 'b')).toBeNull();
    expect(store.list('EndpointSlice').map((object) => `${object.metadata.namespace}/${object.metadata.name}`)).toEqual([
      'default/z',
      'alpha/a',
      'default/a',
      'default/b',
    ]);
    expect(names(store.list('EndpointSlice', 'default'))).toEqual(['z', 'a', 'b']);
    expect(store.list('EndpointSlice', 'nope')).toEqual([]);
    expect(names(store.index('slices-by-service', 'default/web'))).toEqual(['z', 'b']);
    expect(store.index('slices-by-service', 'default/nope')).toEqual([]);
  });

  it('hands out lists that later changes leave alone', () => {
    const store = new ObjectStore([BY_SERVICE]);
    store.apply([upsert(slice('a', 'web'))]);
    const list = store.list('EndpointSlice');
    const entry = store.index('slices-by-service', 'default/web');
    store.apply([upsert(slice('b', 'web')), remove('a')]);
    expect(names(list)).toEqual(['a']);
    expect(names(entry)).toEqual(['a']);
    expect(names(store.list('EndpointSlice'))).toEqual(['b']);
  });

  it('names an index that nobody declared, or that two kinds declare', () => {
    expect(() => new ObjectStore().index('nope', 'x')).toThrow('index "nope" is not declared by any translator');
    expect(() => new ObjectStore([BY_SERVICE, { ...BY_SERVICE, kind: 'Service' }])).toThrow('declared for EndpointSlice and for Service');
    expect(() => new ObjectStore([BY_SERVICE, { ...BY_SERVICE }])).not.toThrow();
  });
});

describe('batches', () => {
  it('touches the object, its lists, and its index entries before and after', () => {
    const store = new ObjectStore([BY_SERVICE]);
    expect([...store.apply([upsert(slice('a', 'web'))]).touched].sort()).toEqual([
      'i:slices-by-service=default/web',
      'l:EndpointSlice',
      'l:EndpointSlice/default',
      'o:EndpointSlice/default/a',
    ]);
    expect([...store.apply([upsert(slice('a', 'api'))]).touched].sort()).toEqual([
      'i:slices-by-service=default/api',
      'i:slices-by-service=default/web',
      'l:EndpointSlice',
      'l:EndpointSlice/default',
      'o:EndpointSlice/default/a',
    ]);
    expect([...store.apply([remove('a')]).touched].sort()).toEqual([
      'i:slices-by-service=default/api',
      'l:EndpointSlice',
      'l:EndpointSlice/default',
      'o:EndpointSlice/default/a',
    ]);
  });

  it('reports one transition per object, the last change counting', () => {
    const store = new ObjectStore();
    const first = slice('a', 'web');
    store.apply([upsert(first)]);
    const last = slice('a', 'web', {}, { port: 2 });
    const batch = store.apply([upsert(slice('a', 'api')), remove('a'), upsert(last), upsert(slice('b', 'web')), remove('b')]);
    expect(batch.transitions).toEqual([{ ref: { kind: 'EndpointSlice', namespace: 'default', name: 'a' }, before: first, after: last }]);
  });

  it.each<[string, Slice, Slice, boolean]>([
    ['equal in depth', slice('a', 'web', {}, { ports: [{ port: 80 }] }), slice('a', 'web', {}, { ports: [{ port: 80 }] }), false],
    ['another value deep inside', slice('a', 'web', {}, { ports: [{ port: 80 }] }), slice('a', 'web', {}, { ports: [{ port: 81 }] }), true],
    [
      'the same resourceVersion',
      slice('a', 'web', { uid: 'u', resourceVersion: '7' }),
      slice('a', 'api', { uid: 'u', resourceVersion: '7' }),
      false,
    ],
    [
      'the same resourceVersion of another incarnation',
      slice('a', 'web', { uid: 'u', resourceVersion: '7' }),
      slice('a', 'web', { uid: 'v', resourceVersion: '7' }),
      true,
    ],
    [
      'another resourceVersion',
      slice('a', 'web', { uid: 'u', resourceVersion: '7' }),
      slice('a', 'web', { uid: 'u', resourceVersion: '8' }),
      true,
    ],
  ])('%s', (_title, before, after, changes) => {
    const store = new ObjectStore();
    store.apply([upsert(before)]);
    expect(store.apply([upsert(after)]).transitions.length).toBe(changes ? 1 : 0);
    expect(store.get('EndpointSlice', 'default', 'a')).toBe(changes ? after : before);
  });

  it('ignores the deletion of what is not there', () => {
    const batch = new ObjectStore([BY_SERVICE]).apply([remove('a')]);
    expect(batch).toEqual({ touched: new Set(), transitions: [] });
  });
});

const edits = fc.array(
  fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    namespace: fc.constantFrom('x', 'y'),
    service: fc.constantFrom('web', 'api'),
    created: fc.constantFrom(undefined, '2026-01-01T00:00:00Z', '2026-01-01T02:00:00+02:00', '2026-01-02T00:00:00Z'),
    gone: fc.boolean(),
    read: fc.boolean(),
  }),
  { maxLength: 30 },
);

describe('any sequence of edits', () => {
  it('reads as a plain map, sorted', () => {
    fc.assert(
      fc.property(edits, (sequence) => {
        const store = new ObjectStore([BY_SERVICE]);
        const model = new Map<string, KubeObject>();
        for (const { name, namespace, service, created, gone, read } of sequence) {
          const object = slice(name, service, { namespace, ...(created === undefined ? {} : { creationTimestamp: created }) });
          store.apply([gone ? remove(name, namespace) : upsert(object)]);
          if (gone) model.delete(`${namespace}/${name}`);
          else model.set(`${namespace}/${name}`, object);
          if (!read) continue;
          const expected = [...model.values()].sort(compareObjects);
          expect(store.list('EndpointSlice')).toEqual(expected);
          expect(store.list('EndpointSlice', 'x')).toEqual(expected.filter((each) => each.metadata.namespace === 'x'));
          expect(store.index('slices-by-service', 'x/web')).toEqual(expected.filter((each) => BY_SERVICE.values(each)[0] === 'x/web'));
        }
      }),
      { numRuns: 500 },
    );
  });
});
