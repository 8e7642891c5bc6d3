import type { StatusDraft } from '@gibbon/contracts/status';
import { KubeClient, plainAccess, type ApiAccess } from '@gibbon/k8s-client';
import { renderMetrics } from '@gibbon/metrics';
import { TestServices } from '@gibbon/testing-contract-kits';
import { KubeApi, type StoredObject } from '@gibbon/testing-kube-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StatusWriter } from './status-writer.ts';

/** A leadership that tests give and take. */
class Throne {
  leading = true;
  readonly #listeners = new Set<(leading: boolean) => void>();

  onChange(listener: (leading: boolean) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  set(leading: boolean): void {
    this.leading = leading;
    for (const listener of this.#listeners) listener(leading);
  }
}

const ROUTE = { group: 'test.dev', versions: ['v1'], kind: 'Route', plural: 'routes', namespaced: true, status: true };
const OWNED = [
  {
    field: 'parents',
    owns: (entry: unknown) => (entry as { controllerName: string }).controllerName === 'ours',
    key: (entry: unknown) => (entry as { name: string }).name,
  },
];

let api: KubeApi;
let access: ApiAccess;
let services: TestServices;
let throne: Throne;
let writer: StatusWriter;

beforeEach(async () => {
  api = await KubeApi.start({ kinds: [ROUTE] });
  access = plainAccess(api.url);
  services = new TestServices();
  throne = new Throne();
  const { clock, random, logger, metrics } = services;
  writer = new StatusWriter({ client: new KubeClient({ access, clock }), clock, random, logger, metrics, leadership: throne });
});

afterEach(async () => {
  await writer.dispose();
  await access.close();
  await api.close();
  expect(services.clock.pending).toBe(0);
});

function route(name: string, host = 'a.test'): StoredObject {
  return api.put({ apiVersion: 'test.dev/v1', kind: 'Route', metadata: { namespace: 'default', name }, spec: { host } });
}

function draftOf(object: StoredObject, reason = 'Fine'): StatusDraft {
  const { name, uid, generation } = object.metadata;
  return {
    ref: { kind: 'Route', namespace: 'default', name },
    group: 'test.dev',
    version: 'v1',
    plural: 'routes',
    uid,
    generation: generation ?? null,
    owned: OWNED,
    status: { parents: [entry('p', reason)] },
  };
}

function entry(name: string, reason: string, controllerName = 'ours'): object {
  return { name, controllerName, conditions: [{ type: 'Accepted', status: 'True', reason, observedGeneration: 1 }] };
}

/** Reason of our entry on the server, or `undefined`. */
function reasonOf(name: string): string | undefined {
  const status = api.get('Route', 'default', name)?.['status'] as
    | { parents?: { controllerName: string; conditions: { reason: string }[] }[] }
    | undefined;
  return status?.parents?.find(({ controllerName }) => controllerName === 'ours')?.conditions[0]?.reason;
}

async function settled(): Promise<void> {
  const state = { idle: false };
  const idle = writer.idle().then(() => (state.idle = true));
  while (!state.idle) await services.clock.advanceAsync(5);
  await idle;
}

const writes = (): number => api.requests.filter(({ verb }) => verb === 'patch').length;
const reads = (): number => api.requests.filter(({ verb }) => verb === 'get').length;
/** How often an outcome was counted. */
function counted(outcome: string): number {
  const [, value] =
    new RegExp(`status_writes_total\\{resource="routes",outcome="${outcome}"\\} (\\d+)`).exec(renderMetrics(services.metrics.snapshot())) ??
    [];
  return Number(value ?? 0);
}

describe('a status', () => {
  it('is written once for a burst, with the times of its conditions', async () => {
    const object = route('a');
    for (const reason of ['One', 'Two', 'Three']) writer.submit([draftOf(object, reason)]);
    await settled();
    expect(api.get('Route', 'default', 'a')?.['status']).toEqual({
      parents: [
        {
          name: 'p',
          controllerName: 'ours',
          conditions: [
            { type: 'Accepted', status: 'True', reason: 'Three', observedGeneration: 1, lastTransitionTime: '2026-01-01T00:00:00Z' },
          ],
        },
      ],
    });
    expect([reads(), writes()]).toEqual([1, 1]);
    expect(counted('written')).toBe(1);
  });

  it('that is as it should be is not written, nor looked at twice', async () => {
    const object = route('a');
    writer.submit([draftOf(object)]);
    await settled();
    writer.submit([draftOf(object)]);
    await settled();
    expect([reads(), writes()]).toEqual([1, 1]);
  });

  it('is written again without reading when nobody else has written, and not more often than the spacing', async () => {
    const object = route('a');
    writer.submit([draftOf(object, 'One')]);
    await settled();
    const writtenMs = services.clock.monotonic();
    writer.submit([draftOf(object, 'Two')]);
    await settled();
    expect([reads(), writes(), reasonOf('a')]).toEqual([1, 2, 'Two']);
    expect(services.clock.monotonic() - writtenMs).toBeGreaterThanOrEqual(80);
  });

  it('goes out although drafts keep coming faster than they settle, less often the longer that goes on', async () => {
    const object = route('a');
    for (let round = 0; round < 100; round++) {
      writer.submit([draftOf(object, `R${round}`)]);
      await services.clock.advanceAsync(5);
    }
    expect(writes()).toBeGreaterThanOrEqual(3);
    expect(writes()).toBeLessThanOrEqual(4);
    await settled();
    expect(reasonOf('a')).toBe('R99');
  });

  it('of others is not touched, also when they write at the same time', async () => {
    const object = route('a');
    const theirs = entry('q', 'Theirs', 'theirs');
    writer.submit([draftOf(object, 'One')]);
    await settled();
    const current = api.get('Route', 'default', 'a') as StoredObject;
    const { parents } = current['status'] as { parents: object[] };
    api.put({ ...current, status: { parents: [theirs, ...parents], other: true } });
    writer.submit([draftOf(object, 'Two')]);
    await settled();
    expect(api.get('Route', 'default', 'a')?.['status']).toMatchObject({ parents: [theirs, { controllerName: 'ours' }], other: true });
    expect(reasonOf('a')).toBe('Two');
    expect(counted('conflict')).toBe(1);
  });

  it('is not written over a newer generation, nor to another object of the same name', async () => {
    const old = route('a');
    const fresh = route('a', 'b.test');
    writer.submit([draftOf(old, 'Old')]);
    await settled();
    expect([writes(), counted('stale')]).toEqual([0, 1]);
    writer.submit([draftOf(fresh, 'Fresh')]);
    await settled();
    expect(reasonOf('a')).toBe('Fresh');
    api.remove('Route', 'default', 'a');
    route('a');
    writer.submit([draftOf(fresh, 'Later')]);
    await settled();
    expect(reasonOf('a')).toBeUndefined();
    writer.submit([draftOf({ ...fresh, metadata: { ...fresh.metadata, name: 'nobody' } })]);
    await settled();
    expect(counted('gone')).toBe(2);
  });

  it('takes our entries away when there are none', async () => {
    const object = route('a');
    writer.submit([draftOf(object)]);
    await settled();
    writer.submit([{ ...draftOf(object), status: { parents: [] } }]);
    await settled();
    expect(api.get('Route', 'default', 'a')?.['status']).toEqual({ parents: [] });
  });
});

describe('a writer', () => {
  it('writes nothing while another leads, and everything that differs as soon as it leads', async () => {
    throne.set(false);
    const objects = ['a', 'b', 'c'].map((name) => route(name));
    writer.submit(objects.map((object) => draftOf(object)));
    await services.clock.advanceAsync(60_000);
    expect(api.requests).toEqual([]);
    // Another replica has written this one.
    api.put({ ...(objects[1] as StoredObject), status: { parents: [entry('p', 'Fine')] } });
    writer.forget({ kind: 'Route', namespace: 'default', name: 'c' });
    throne.set(true);
    await settled();
    expect([reasonOf('a'), reasonOf('b'), reasonOf('c')]).toEqual(['Fine', 'Fine', undefined]);
    throne.set(false);
    const before = api.requests.length;
    writer.submit([draftOf(objects[0] as StoredObject, 'Later')]);
    await services.clock.advanceAsync(60_000);
    expect(api.requests).toHaveLength(before);
    throne.set(true);
    await settled();
    expect(reasonOf('a')).toBe('Later');
  });

  it('tries again what fails, and says which rule is missing', async () => {
    const object = route('a');
    api.faults.add({ match: { verb: 'patch' }, status: 500, times: 2 });
    api.faults.add({ match: { verb: 'patch' }, status: 403, times: 2 });
    await api.pause();
    writer.submit([draftOf(object), draftOf(route('b'))]);
    await services.clock.advanceAsync(1000);
    await api.resume();
    await settled();
    expect([reasonOf('a'), reasonOf('b')]).toEqual(['Fine', 'Fine']);
    const lines = services.lines.filter(({ level }) => level === 'error');
    expect(lines.map(({ fields }) => fields['advice'])).toEqual([
      'add to a ClusterRole bound to this service account: {apiGroups: ["test.dev"], resources: ["routes/status"], verbs: ["patch"]}',
    ]);
  });

  it('gives up what is refused until there is another draft', async () => {
    const object = route('a');
    api.faults.add({ match: { verb: 'patch' }, status: 422, times: 1 });
    writer.submit([draftOf(object, 'Bad')]);
    await settled();
    await services.clock.advanceAsync(60_000);
    expect([writes(), counted('refused')]).toEqual([1, 1]);
    writer.submit([draftOf(object, 'Good')]);
    await settled();
    expect(reasonOf('a')).toBe('Good');
  });

  it('writes the newest draft although another came while it was writing', async () => {
    const object = route('a');
    const hold = api.faults.hold({ verb: 'patch' });
    writer.submit([draftOf(object, 'One')]);
    await services.clock.advanceAsync(20);
    await hold.arrived;
    writer.submit([draftOf(object, 'Two')]);
    writer.submit([draftOf(object, 'Three')]);
    hold.release();
    await settled();
    expect([reasonOf('a'), writes()]).toEqual(['Three', 2]);
  });

  it('has a bounded number of requests under way', async () => {
    const objects = Array.from({ length: 40 }, (_, index) => route(`r${index}`));
    const hold = api.faults.hold({ verb: 'get' });
    writer.submit(objects.map((object) => draftOf(object)));
    await services.clock.advanceAsync(20);
    await hold.arrived;
    for (let turn = 0; turn < 20; turn++) await services.clock.advanceAsync(1);
    expect(reads()).toBe(16);
    hold.release();
    await settled();
    expect(objects.every(({ metadata }) => reasonOf(metadata.name) === 'Fine')).toBe(true);
    expect([reads(), writes()]).toEqual([40, 40]);
  });
});

describe('many objects', () => {
  const COUNT = 1200;
  const lists = (): number => api.requests.filter(({ verb }) => verb === 'list').length;
  const many = (status: (index: number) => object | undefined): StoredObject[] =>
    Array.from({ length: COUNT }, (_, index) => {
      const object = route(`r${index}`);
      const current = status(index);
      return current === undefined ? object : api.put({ ...object, status: current });
    });
  const FINE = {
    parents: [
      {
        name: 'p',
        controllerName: 'ours',
        conditions: [
          { type: 'Accepted', status: 'True', reason: 'Fine', observedGeneration: 1, lastTransitionTime: '2026-01-01T00:00:00Z' },
        ],
      },
    ],
  };

  it('are looked at by listing them, and those that are as they should be are left alone', async () => {
    const objects = many((index) => (index % 100 === 0 ? undefined : FINE));
    writer.submit(objects.map((object) => draftOf(object)));
    await settled();
    expect([lists(), reads(), writes()]).toEqual([3, 0, 12]);
    expect([counted('unchanged'), counted('written')]).toEqual([COUNT - 12, 12]);
  });

  it('are looked at again by whoever becomes the leader', async () => {
    const objects = many(() => FINE);
    writer.submit(objects.map((object) => draftOf(object)));
    await settled();
    throne.set(false);
    // The other leader had another opinion of one of them.
    api.put({ ...(objects[7] as StoredObject), status: { parents: [entry('p', 'Wrong')] } });
    throne.set(true);
    await settled();
    expect([lists(), reads(), writes(), reasonOf('r7')]).toEqual([6, 0, 1, 'Fine']);
  });

  it('are not taken to be as a list of an earlier term shows them', async () => {
    const objects = many(() => FINE);
    const hold = api.faults.hold({ verb: 'list' });
    writer.submit(objects.slice(0, 100).map((object) => draftOf(object)));
    await services.clock.advanceAsync(20);
    await hold.arrived;
    throne.set(false);
    throne.set(true);
    hold.release();
    await settled();
    expect(reads()).toBe(100);
  });

  it('are read one by one where they may not be listed, or where most of the list is of others', async () => {
    const objects = many(() => FINE);
    const forget = api.faults.add({ match: { verb: 'list' }, status: 403 });
    writer.submit(objects.slice(0, 60).map((object) => draftOf(object)));
    await settled();
    expect([lists(), reads(), writes()]).toEqual([1, 60, 0]);
    forget();
    // By name they are the last.
    writer.submit(objects.slice(940, 1000).map((object) => draftOf(object)));
    await settled();
    expect([lists(), reads(), writes()]).toEqual([3, 120, 0]);
  });

  it('are let go of at the end', async () => {
    const objects = many(() => FINE);
    const hold = api.faults.hold({ verb: 'list' });
    writer.submit(objects.map((object) => draftOf(object)));
    await services.clock.advanceAsync(20);
    await hold.arrived;
    await writer.dispose();
    hold.release();
    expect([reads(), writes()]).toEqual([0, 0]);
  });
});
