import type { KubeObject, ResourceKind } from '@gibbon/contracts/resource';
import { KubeClient, plainAccess, type ApiAccess } from '@gibbon/k8s-client';
import { renderMetrics } from '@gibbon/metrics';
import { TestServices } from '@gibbon/testing-contract-kits';
import { KubeApi, type StoredObject } from '@gibbon/testing-kube-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Event } from './event.ts';
import { EventRecorder } from './event-recorder.ts';
import type { Notice } from './notice.ts';
import { SubjectFinder } from './subject.ts';

const SERVED = { group: 'test.dev', versions: ['v1'], kind: 'Route', plural: 'routes', namespaced: true, status: false };
const WIDE = { group: 'test.dev', versions: ['v1'], kind: 'Wide', plural: 'wides', namespaced: false, status: false };
const KINDS = new Map<string, ResourceKind>([SERVED, { ...WIDE, versions: ['v2', 'v1'] }].map((kind) => [kind.kind, kind]));
const HOUR_MS = 3_600_000;

let api: KubeApi;
let access: ApiAccess;
let services: TestServices;
let recorder: EventRecorder;
let known: Map<string, KubeObject>;
let leading: boolean;
let lead: (now: boolean) => void;

beforeEach(async () => {
  api = await KubeApi.start({ kinds: [SERVED, WIDE] });
  access = plainAccess(api.url);
  services = new TestServices();
  known = new Map();
  leading = true;
  recorder = newRecorder();
});

afterEach(async () => {
  await recorder.dispose();
  await access.close();
  await api.close();
  expect(services.clock.pending).toBe(0);
});

function newRecorder(instance = 'one'): EventRecorder {
  const { clock, random, logger, metrics } = services;
  const client = new KubeClient({ access, clock });
  const listeners = new Set<(leading: boolean) => void>();
  lead = (now) => {
    leading = now;
    for (const listener of listeners) listener(now);
  };
  return new EventRecorder({
    client,
    subjects: new SubjectFinder({ client, kinds: KINDS, known: ({ name }) => known.get(name) ?? null }),
    source: { component: 'gibbon-controller', instance },
    clock,
    random,
    logger,
    metrics,
    leadership: {
      get leading() {
        return leading;
      },
      onChange: (listener) => {
        listeners.add(listener);
        return { dispose: () => void listeners.delete(listener) };
      },
    },
  });
}

function route(name: string): StoredObject {
  return api.put({ apiVersion: 'test.dev/v1', kind: 'Route', metadata: { namespace: 'shop', name } });
}

function notice(name: string, message = 'spec.host: expected a host'): Notice {
  return { ref: { kind: 'Route', namespace: 'shop', name }, type: 'Warning', reason: 'TranslationFailed', message };
}

/** Lets time pass, and stand still for what is being written: requests take real time, in which none may expire. */
async function settled(afterMs = 1000): Promise<void> {
  for (let passedMs = 0; passedMs < afterMs; passedMs += 1000) {
    await services.clock.advanceAsync(1000);
    const state = { idle: false };
    const idle = recorder.idle().then(() => (state.idle = true));
    while (!state.idle) await services.clock.advanceAsync(1);
    await idle;
  }
}

const events = (): Event[] => api.list('Event') as unknown as Event[];
const messages = (): string[] =>
  events()
    .map(({ message }) => message)
    .sort();
const requests = (): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(api.requests, ({ verb }) => verb)].map(([verb, list]) => [verb, list.length]));
const counted = (outcome: string): number =>
  Number(new RegExp(`events_total\\{outcome="${outcome}"\\} (\\d+)`).exec(renderMetrics(services.metrics.snapshot()))?.[1] ?? 0);

describe('a notice', () => {
  it('becomes an Event of its object', async () => {
    const { metadata } = route('a');
    recorder.raise(notice('a'));
    await settled();
    expect(events()).toMatchObject([
      {
        metadata: { namespace: 'shop', name: expect.stringMatching(/^a\.[0-9a-f]{16}$/) as string },
        involvedObject: { apiVersion: 'test.dev/v1', kind: 'Route', namespace: 'shop', name: 'a', uid: metadata.uid },
        type: 'Warning',
        reason: 'TranslationFailed',
        message: 'spec.host: expected a host',
        source: { component: 'gibbon-controller' },
        reportingComponent: 'gibbon-controller',
        reportingInstance: 'one',
        firstTimestamp: '2026-01-01T00:00:01Z',
        lastTimestamp: '2026-01-01T00:00:01Z',
        count: 1,
      },
    ]);
  });

  it('asks for the object only where no source has it, in each version that the kind may be served in', async () => {
    const object = route('a');
    known.set('a', object as unknown as KubeObject);
    recorder.raise(notice('a'));
    api.put({ apiVersion: 'test.dev/v1', kind: 'Wide', metadata: { name: 'w' } });
    recorder.raise({ ...notice('w'), ref: { kind: 'Wide', namespace: '', name: 'w' } });
    await settled();
    expect(requests()).toEqual({ get: 2, create: 2 });
    expect(events().find(({ involvedObject }) => involvedObject.kind === 'Wide')).toMatchObject({
      metadata: { namespace: 'default' },
      involvedObject: { apiVersion: 'test.dev/v1', name: 'w' },
    });
  });

  it('of nothing in the cluster is kept to itself', async () => {
    known.set('file', { apiVersion: 'test.dev/v1', kind: 'Route', metadata: { namespace: 'shop', name: 'file' } });
    for (const name of ['file', 'gone']) recorder.raise(notice(name));
    recorder.raise({ ...notice('x'), ref: { kind: 'Unheard', namespace: '', name: 'x' } });
    await settled();
    expect([events(), requests()]).toEqual([[], { get: 1 }]);
  });

  it('that does not last is not told', async () => {
    route('a');
    recorder.raise(notice('a'));
    await services.clock.advanceAsync(900);
    recorder.withdraw(notice('a'));
    await settled(60_000);
    expect(requests()).toEqual({});
  });

  it('is counted up when it comes again, and not more often than the spacing', async () => {
    route('a');
    for (let round = 0; round < 30; round++) {
      recorder.raise(notice('a'));
      await settled(2000);
      recorder.withdraw(notice('a'));
    }
    expect(events()).toHaveLength(1);
    expect(events()[0]?.count).toBeGreaterThanOrEqual(3);
    expect(events()[0]?.count).toBeLessThanOrEqual(7);
    expect(events()[0]?.lastTimestamp).not.toBe(events()[0]?.firstTimestamp);
  });

  it('is told again before the API server forgets it, as long as it stands', async () => {
    route('a');
    recorder.raise(notice('a'));
    recorder.raise(notice('a'));
    await settled();
    await settled(HOUR_MS);
    expect(events()[0]?.count).toBeGreaterThanOrEqual(2);
    expect(events()[0]?.count).toBeLessThanOrEqual(4);
    for (const { metadata } of events()) api.remove('Event', 'shop', metadata.name);
    await settled(HOUR_MS);
    expect(events()).toHaveLength(1);
    recorder.withdraw(notice('a'));
    const before = api.requests.length;
    await settled(2 * HOUR_MS);
    expect(api.requests).toHaveLength(before);
  });

  it('is told of an object that was made anew', async () => {
    route('a');
    recorder.raise(notice('a'));
    await settled();
    api.remove('Route', 'shop', 'a');
    route('a');
    await settled(HOUR_MS);
    expect(new Set(events().map(({ involvedObject }) => involvedObject.uid)).size).toBe(2);
  });

  it('is cut where it is too long', async () => {
    route('a');
    recorder.raise(notice('a', 'x'.repeat(5000)));
    await settled();
    expect(events()[0]?.message).toMatch(/^x{1023}…$/);
  });
});

describe('a recorder', () => {
  it('tells nothing while another leads, and as leader has one Event for what both say', async () => {
    route('a');
    recorder.raise(notice('a'));
    await settled();
    await recorder.dispose();
    recorder = newRecorder('two');
    lead(false);
    recorder.raise(notice('a'));
    recorder.raise(notice('a', 'spec.port: expected a port'));
    await services.clock.advanceAsync(60_000);
    expect(events()).toHaveLength(1);
    lead(true);
    await settled();
    expect(messages()).toEqual(['spec.host: expected a host', 'spec.port: expected a port']);
    const first = events().find(({ message }) => message.startsWith('spec.host'));
    expect(first).toMatchObject({ count: 1, lastTimestamp: expect.stringMatching(/^2026-01-01T00:01:0/) as string });
    expect([counted('created'), counted('repeated')]).toEqual([2, 1]);
  });

  it('tells ten things of an object, and the next when one of them is no more', async () => {
    route('a');
    const all = Array.from({ length: 13 }, (_, index) => notice('a', `problem ${String(index).padStart(2, '0')}`));
    for (const each of all) recorder.raise(each);
    await settled();
    expect(messages()).toEqual(all.slice(0, 10).map(({ message }) => message));
    expect(counted('dropped')).toBe(3);
    recorder.withdraw(all[12] as Notice);
    recorder.withdraw(all[3] as Notice);
    await settled();
    expect(messages()).toEqual(all.slice(0, 11).map(({ message }) => message));
  });

  it('writes so many at once and then so many a second', async () => {
    for (let index = 0; index < 100; index++) {
      route(`r${index}`);
      recorder.raise(notice(`r${index}`));
    }
    await services.clock.advanceAsync(1000);
    for (let turn = 0; turn < 200; turn++) await services.clock.advanceAsync(1);
    expect(events().length).toBeGreaterThanOrEqual(50);
    expect(events().length).toBeLessThanOrEqual(54);
    await settled(5000);
    expect(events()).toHaveLength(100);
  });

  it('has a bounded number of notices', async () => {
    lead(false);
    for (let index = 0; index < 5100; index++) recorder.raise(notice(`r${index}`));
    expect(counted('dropped')).toBe(100);
    expect(renderMetrics(services.metrics.snapshot())).toContain('gibbon_controller_event_notices 5000');
  });

  it('tries again what fails, all of it later', async () => {
    for (const name of ['a', 'b']) route(name);
    api.faults.add({ match: { verb: 'create' }, status: 500, times: 3 });
    api.faults.add({ match: { verb: 'get' }, reset: true, times: 1 });
    recorder.raise(notice('a'));
    recorder.raise(notice('b'));
    await settled();
    await settled(60_000);
    expect(events()).toHaveLength(2);
    expect(counted('failed')).toBeGreaterThanOrEqual(3);
  });

  it('says once which rule is missing, and does not try what is refused over and over', async () => {
    for (const name of ['a', 'b']) route(name);
    api.faults.add({ match: { verb: 'create' }, status: 403 });
    recorder.raise(notice('a'));
    recorder.raise(notice('b'));
    await settled();
    await settled(60_000);
    expect(requests()).toEqual({ get: 2, create: 2 });
    expect(services.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields['advice'])).toEqual([
      'add to a ClusterRole bound to this service account: {apiGroups: [""], resources: ["events"], verbs: ["create", "patch"]}',
    ]);
  });

  it('ends with what it is writing', async () => {
    route('a');
    const hold = api.faults.hold({ verb: 'create' });
    recorder.raise(notice('a'));
    await services.clock.advanceAsync(1000);
    await hold.arrived;
    let ended = false;
    const end = recorder.dispose().then(() => (ended = true));
    recorder.raise(notice('b'));
    await services.clock.advanceAsync(10);
    expect(ended).toBe(false);
    hold.release();
    await end;
    expect(events()).toHaveLength(1);
  });
});
