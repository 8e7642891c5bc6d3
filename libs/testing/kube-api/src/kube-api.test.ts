import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchHandles } from '@gibbon/testing-fixtures';
import { KubeApi } from './kube-api.ts';
import type { StoredObject } from './stored-object.ts';

const THING = { group: 'test.dev', versions: ['v1'], kind: 'Thing', plural: 'things', namespaced: true, status: true };
const THINGS = '/apis/test.dev/v1/namespaces/default/things';
const handles = watchHandles();
let api: KubeApi;
let watching: AbortController;

beforeEach(async () => {
  api = await KubeApi.start({ kinds: [THING], now: () => Date.UTC(2026, 0, 1) });
  watching = new AbortController();
});

afterEach(async () => {
  watching.abort();
  await api.close();
});

afterAll(() => handles.settled());

const thing = (name: string, size = 1, labels: Readonly<Record<string, string>> = {}): never =>
  ({ apiVersion: 'test.dev/v1', kind: 'Thing', metadata: { namespace: 'default', name, labels }, spec: { size } }) as never;

interface Answer {
  readonly status: number;
  readonly body: StoredObject;
}

async function call(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const answer = await fetch(`${api.url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}

const merge = (path: string, body: unknown): Promise<Answer> =>
  call('PATCH', path, body, { 'content-type': 'application/merge-patch+json' });
const apply = (path: string, manager: string, body: unknown, force = false): Promise<Answer> =>
  call('PATCH', `${path}?fieldManager=${manager}&force=${force}`, body, { 'content-type': 'application/apply-patch+yaml' });

/** Events of a watch, as `TYPE name@version`. */
async function* watch(query: string, accept = 'application/json'): AsyncGenerator<string> {
  const { body } = await fetch(`${api.url}${THINGS}?watch=1&${query}`, { headers: { accept }, signal: watching.signal });
  let text = '';
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      const { type, object } = JSON.parse(line) as { type: string; object: StoredObject & { code?: number } };
      yield `${type} ${object.metadata.name ?? object.code ?? ''} ${object.kind}`;
    }
  }
}

async function take(events: AsyncGenerator<string>, count: number): Promise<string[]> {
  const taken: string[] = [];
  while (taken.length < count) {
    const { value, done } = await events.next();
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}

describe('objects', () => {
  it('have versions, uids, times and generations', async () => {
    const made = await call('POST', THINGS, thing('a'));
    expect(made.status).toBe(201);
    expect(made.body.metadata).toMatchObject({
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect((await call('POST', THINGS, thing('a'))).body).toMatchObject({ code: 409, reason: 'AlreadyExists' });
    const changed = await merge(`${THINGS}/a`, { spec: { size: 2 } });
    expect(changed.body.metadata.generation).toBe(2);
    const relabelled = await merge(`${THINGS}/a`, { metadata: { labels: { x: 'y' } } });
    expect([relabelled.body.metadata.generation, Number(relabelled.body.metadata.resourceVersion)]).toEqual([
      2,
      Number(changed.body.metadata.resourceVersion) + 1,
    ]);
    const same = await merge(`${THINGS}/a`, { spec: { size: 2 } });
    expect(same.body.metadata.resourceVersion).toBe(relabelled.body.metadata.resourceVersion);
  });

  it('keep status and the rest apart', async () => {
    await call('POST', THINGS, { ...(thing('a') as object), status: { lost: true } });
    expect(api.get('Thing', 'default', 'a')).not.toHaveProperty('status');
    const written = await merge(`${THINGS}/a/status`, { spec: { size: 9 }, status: { ready: true } });
    expect(written.body).toMatchObject({ spec: { size: 1 }, status: { ready: true }, metadata: { generation: 1 } });
    const { body } = await merge(`${THINGS}/a`, { spec: { size: 9 }, status: { ready: false } });
    expect(body).toMatchObject({ spec: { size: 9 }, status: { ready: true }, metadata: { generation: 2 } });
    expect((await merge('/api/v1/namespaces/default/secrets/a/status', {})).status).toBe(404);
  });

  it('refuse what was written on an old version or another object', async () => {
    const { body } = await call('POST', THINGS, thing('a'));
    await merge(`${THINGS}/a`, { spec: { size: 2 } });
    expect((await call('PUT', `${THINGS}/a`, { ...body, spec: { size: 3 } })).status).toBe(409);
    expect((await merge(`${THINGS}/a`, { metadata: { uid: 'other' } })).status).toBe(409);
    expect((await merge(`${THINGS}/a/status`, { metadata: { resourceVersion: body.metadata.resourceVersion }, status: {} })).status).toBe(
      409,
    );
    expect(api.get('Thing', 'default', 'a')).toMatchObject({ spec: { size: 2 } });
  });

  it('that finalizers hold are marked, and go with the last of them', async () => {
    await call('POST', THINGS, { ...(thing('a') as object), metadata: { name: 'a', finalizers: ['f'] } });
    await call('DELETE', `${THINGS}/a`);
    expect(api.get('Thing', 'default', 'a')?.metadata.deletionTimestamp).toBeDefined();
    await merge(`${THINGS}/a`, { metadata: { finalizers: [] } });
    expect(api.get('Thing', 'default', 'a')).toBeNull();
  });
});

describe('server-side apply', () => {
  const body = (spec: object): object => ({ apiVersion: 'test.dev/v1', kind: 'Thing', metadata: { name: 'a' }, spec });

  it('creates, owns fields, refuses what others own, and takes it by force', async () => {
    expect((await apply(`${THINGS}/a`, 'one', body({ size: 1, 'dotted.key': 'x', list: [1] }))).status).toBe(201);
    expect((await apply(`${THINGS}/a`, 'two', body({ colour: 'red', size: 1 }))).status).toBe(200);
    const refused = await apply(`${THINGS}/a`, 'two', body({ size: 2 }));
    expect(refused.body).toMatchObject({ code: 409, message: 'Apply failed with 1 conflict: conflict with "one": .spec.size' });
    expect((await apply(`${THINGS}/a`, 'two', body({ size: 2 }), true)).body).toMatchObject({
      spec: { size: 2, 'dotted.key': 'x', list: [1] },
    });
    // What a manager applies no more goes, unless another has it.
    expect((await apply(`${THINGS}/a`, 'one', body({ list: [1] }))).body['spec']).toEqual({ size: 2, list: [1] });
    expect((await apply(`${THINGS}/a`, '', body({}))).status).toBe(422);
  });
});

describe('lists', () => {
  it('select by labels and fields', async () => {
    api.put(thing('a', 1, { team: 'red', new: '' }));
    api.put(thing('b', 1, { team: 'blue' }));
    api.put(thing('c'));
    const names = async (query: string): Promise<string[]> => {
      const { body } = await call('GET', `${THINGS}?${query}`);
      return (body['items'] as StoredObject[]).map(({ metadata }) => metadata.name);
    };
    const label = (selector: string): Promise<string[]> => names(`labelSelector=${encodeURIComponent(selector)}`);
    expect(await label('team')).toEqual(['a', 'b']);
    expect(await label('!team')).toEqual(['c']);
    expect(await label('team!=red')).toEqual(['b', 'c']);
    expect(await label('team in (red,green),new')).toEqual(['a']);
    expect(await label('team notin (red)')).toEqual(['b', 'c']);
    expect(await names('fieldSelector=metadata.name%3Db')).toEqual(['b']);
    expect((await call('GET', `${THINGS}?labelSelector=a%20b%20c`)).status).toBe(400);
  });

  it('show one moment in pages, until that is forgotten', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) api.put(thing(name));
    const first = await call('GET', `${THINGS}?limit=2`);
    const { continue: token, remainingItemCount } = first.body.metadata as unknown as { continue: string; remainingItemCount: number };
    expect(remainingItemCount).toBe(3);
    api.remove('Thing', 'default', 'c');
    const second = await call('GET', `${THINGS}?limit=2&continue=${token}`);
    expect((second.body['items'] as StoredObject[]).map(({ metadata }) => metadata.name)).toEqual(['c', 'd']);
    api.compact();
    expect((await call('GET', `${THINGS}?limit=2&continue=${token}`)).status).toBe(410);
  });
});

describe('watches', () => {
  it('begin with what exists, or with what came after a version', async () => {
    const { metadata } = api.put(thing('a'));
    api.put(thing('b'));
    expect(await take(watch(''), 2)).toEqual(['ADDED a Thing', 'ADDED b Thing']);
    const later = watch(`resourceVersion=${metadata.resourceVersion}`);
    expect(await take(later, 1)).toEqual(['ADDED b Thing']);
    api.put(thing('a', 2));
    api.remove('Thing', 'default', 'b');
    expect(await take(later, 2)).toEqual(['MODIFIED a Thing', 'DELETED b Thing']);
  });

  it('show deletions of what a selector lets go, and additions of what it takes', async () => {
    api.put(thing('a', 1, { team: 'red' }));
    const events = watch('labelSelector=team%3Dred');
    expect(await take(events, 1)).toEqual(['ADDED a Thing']);
    api.put(thing('a'));
    api.put(thing('b'));
    api.put(thing('b', 1, { team: 'red' }));
    expect(await take(events, 2)).toEqual(['DELETED a Thing', 'ADDED b Thing']);
  });

  it('fail with 410 where the past is forgotten', async () => {
    const { metadata } = api.put(thing('a'));
    api.put(thing('a', 2));
    api.compact();
    expect(await take(watch(`resourceVersion=${metadata.resourceVersion}`), 5)).toEqual(['ERROR 410 Status']);
  });

  it('have bookmarks, metadata alone, and an end', async () => {
    api.put(thing('a'));
    const events = watch('allowWatchBookmarks=true', 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1');
    expect(await take(events, 1)).toEqual(['ADDED a PartialObjectMetadata']);
    api.bookmark('things');
    expect(await take(events, 1)).toEqual(['BOOKMARK  Thing']);
    for (const open of api.watches()) open.end();
    expect(await take(events, 1)).toEqual([]);
    expect(api.watches()).toEqual([]);
  });
});

describe('kinds', () => {
  it('come and go with their definitions', async () => {
    const path = '/apis/test.dev/v1/gadgets';
    expect((await call('GET', path)).status).toBe(404);
    api.serve({ ...THING, kind: 'Gadget', plural: 'gadgets', namespaced: false });
    expect(((await call('GET', '/apis/test.dev/v1')).body['resources'] as { name: string }[]).map(({ name }) => name)).toContain('gadgets');
    expect((await call('GET', path)).body['items']).toEqual([]);
    api.put({ apiVersion: 'test.dev/v1', kind: 'Gadget', metadata: { name: 'g' } });
    api.unserve('Gadget');
    expect((await call('GET', path)).status).toBe(404);
    expect((await call('GET', '/apis/other.dev/v1')).status).toBe(404);
  });
});

describe('faults', () => {
  it('answer, forbid, reset and hold as often as is said', async () => {
    api.faults.add({ match: { verb: 'list' }, status: 429, retryAfterSeconds: 7, times: 1 });
    expect((await call('GET', THINGS)).body).toMatchObject({ code: 429, details: { retryAfterSeconds: 7 } });
    const allow = api.faults.forbid({ plural: 'things', verb: 'list' });
    expect((await call('GET', THINGS)).body).toMatchObject({
      code: 403,
      message: 'things.test.dev is forbidden: User "test" cannot list resource "things" in API group "test.dev" in the namespace "default"',
    });
    allow();
    api.faults.add({ reset: true, times: 1 });
    await expect(call('GET', THINGS)).rejects.toThrow();
    const hold = api.faults.hold({ verb: 'list' });
    const answer = call('GET', THINGS);
    await hold.arrived;
    hold.release();
    expect((await answer).status).toBe(200);
    expect(api.requests.map(({ verb }) => verb)).toEqual(['list', 'list', 'list', 'list']);
  });

  it('of the whole server: it pauses, and is the same afterwards', async () => {
    api.put(thing('a'));
    const { url } = api;
    await api.pause();
    await expect(call('GET', THINGS)).rejects.toThrow();
    await api.resume();
    expect([api.url, (await call('GET', `${THINGS}/a`)).status]).toEqual([url, 200]);
  });
});
