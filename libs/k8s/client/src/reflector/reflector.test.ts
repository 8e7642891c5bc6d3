import type { ObjectChange } from '@gibbon/contracts/source';
import { KubeApi } from '@gibbon/testing-kube-api';
import { FakeClock, seededRandom } from '@gibbon/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plainAccess } from '../access/plain-access.ts';
import type { ApiAccess } from '../access/api-access.ts';
import { KubeClient } from '../kube-client.ts';
import { Reflector, type ReflectorEnd } from './reflector.ts';

const SERVICES = { group: '', version: 'v1', plural: 'services' };

let api: KubeApi;
let access: ApiAccess;
let clock: FakeClock;
let end: AbortController;
let reflector: Reflector;
let running: Promise<ReflectorEnd> | null;
/** Names that came, `-` before those that went. */
let log: string[];
let synced: number;
let failures: string[];

beforeEach(async () => {
  api = await KubeApi.start();
  access = plainAccess(api.url);
  clock = new FakeClock();
  end = new AbortController();
  running = null;
  [log, synced, failures] = [[], 0, []];
  reflector = new Reflector({
    client: new KubeClient({ access, clock }),
    kind: 'Service',
    selection: {},
    clock,
    random: seededRandom(1),
    pageSize: 2,
    handler: {
      apply: (changes) => void log.push(...changes.map(nameOf)),
      synced: () => void synced++,
      failing: ({ code }) => void failures.push(code),
      recovered: () => void failures.push('recovered'),
    },
  });
});

afterEach(async () => {
  end.abort();
  await running;
  await access.close();
  await api.close();
  expect(clock.pending).toBe(0);
});

function nameOf(change: ObjectChange): string {
  return change.type === 'delete' ? `-${change.ref.name}` : change.object.metadata.name;
}

const put = (name: string, port = 80): void =>
  void api.put({ apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'default', name }, spec: { ports: [{ port }] } });

function start(): void {
  running = reflector.run(SERVICES, end.signal);
}

async function until(condition: () => boolean, stepMs = 10): Promise<void> {
  while (!condition()) await clock.advanceAsync(stepMs);
}

const lists = (): string[] => api.requests.filter(({ verb }) => verb === 'list').map(({ query }) => query);
const watched = (): Promise<void> => until(() => api.watches('services').length === 1);

describe('a reflector', () => {
  it('lists in pages, then watches from there', async () => {
    for (const name of ['a', 'b', 'c']) put(name);
    start();
    await until(() => synced === 1);
    expect(log).toEqual(['a', 'b', 'c']);
    expect(lists()).toEqual(['limit=2', expect.stringMatching(/^limit=2&continue=/)]);
    await watched();
    put('d');
    api.remove('Service', 'default', 'a');
    await until(() => log.length === 5);
    expect([log.slice(3), reflector.size]).toEqual([['d', '-a'], 3]);
  });

  it('goes on from the last bookmark when the past is forgotten', async () => {
    put('a');
    start();
    await watched();
    // Others move the version on; only bookmarks tell of it.
    api.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name: 'x' } });
    api.compact();
    api.bookmark();
    await clock.advanceAsync(10);
    for (const watch of api.watches()) watch.reset();
    put('b');
    await until(() => log.length === 2);
    expect([log, synced, failures]).toEqual([['a', 'b'], 1, []]);
  });

  it('lists again after 410, and hands over what has changed and what is gone', async () => {
    for (const name of ['a', 'b', 'c']) put(name);
    start();
    await watched();
    await api.pause();
    await until(() => failures.length > 0);
    put('b', 81);
    put('d');
    api.remove('Service', 'default', 'a');
    api.compact();
    await api.resume();
    await until(() => synced === 2);
    expect(log).toEqual(['a', 'b', 'c', 'b', 'd', '-a']);
    expect(failures.slice(-1)).toEqual(['recovered']);
  });

  it('begins a list anew that expires, and at last reads it in one piece', async () => {
    for (const name of ['a', 'b', 'c']) put(name);
    api.faults.add({ match: { verb: 'list' }, status: 410, times: 2 });
    start();
    await until(() => synced === 1);
    expect(lists()).toEqual(['limit=2', 'limit=2', '']);
    expect(log).toEqual(['a', 'b', 'c']);
  });

  it('asks a server that ends each watch at once less and less often', async () => {
    start();
    await watched();
    const before = api.requests.length;
    for (let turns = 0; turns < 600; turns++) {
      for (const watch of api.watches()) watch.end();
      await clock.advanceAsync(100);
    }
    expect(api.requests.length - before).toBeLessThan(40);
    put('a');
    await until(() => log.length === 1, 1000);
  });

  it('asks a server that says 410 to everything less and less often', async () => {
    api.faults.add({ status: 410 });
    start();
    await until(() => clock.monotonic() > 60_000, 100);
    expect(api.requests.length).toBeLessThan(25);
    api.faults.clear();
    await until(() => synced === 1, 1000);
  });

  it('waits as long as the server says', async () => {
    api.faults.add({ match: { verb: 'list' }, status: 429, retryAfterSeconds: 20, times: 1 });
    start();
    await until(() => failures.length === 1);
    await clock.advanceAsync(19_000);
    expect([synced, api.requests.length]).toEqual([0, 1]);
    await until(() => synced === 1, 1000);
    expect(failures).toEqual(['GW_K8S_THROTTLED', 'recovered']);
  });

  it('loses nothing of a line that was cut', async () => {
    start();
    await watched();
    const [watch] = api.watches('services');
    watch?.writePart('{"type":"ADDED","object":{"metadata":{"name":"half"');
    await clock.advanceAsync(1);
    watch?.end();
    put('a');
    await until(() => log.length === 1);
    expect([log, failures]).toEqual([['a'], []]);
  });

  it('tells that a resource is not served, and takes everything back when told to', async () => {
    api.serve({ group: 'test.dev', versions: ['v1'], kind: 'Thing', plural: 'things', namespaced: true, status: false });
    const things = { group: 'test.dev', version: 'v1', plural: 'things' };
    running = reflector.run(things, end.signal);
    await until(() => api.watches('things').length === 1);
    api.put({ apiVersion: 'test.dev/v1', kind: 'Thing', metadata: { namespace: 'default', name: 'a' } });
    await until(() => log.length === 1);
    for (const watch of api.watches()) watch.stall();
    api.unserve('Thing');
    let outcome: ReflectorEnd | null = null;
    void running.then((ended) => (outcome = ended));
    await until(() => outcome !== null);
    expect([outcome, log]).toEqual(['absent', ['a']]);
    reflector.forget();
    expect([log, reflector.size]).toEqual([['a', '-a'], 0]);
  });
});
