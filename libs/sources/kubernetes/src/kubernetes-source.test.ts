import { afterEach, describe, expect, it } from 'vitest';
import { SourceWorld } from './testing/source-world.ts';
import { GADGET, thing } from './testing/thing-kinds.ts';

let world: SourceWorld;

async function open(options: Parameters<typeof SourceWorld.open>[0] = {}): Promise<SourceWorld> {
  world = await SourceWorld.open(options);
  return world;
}

afterEach(async () => {
  expect(await world.close()).toBe(0);
});

const secret = (name: string, labels: Readonly<Record<string, string>> = {}, data = 'eA=='): object => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: 'default', name, labels },
  data: { key: data },
});

describe('a server that fails', () => {
  it('is one problem, and the objects stay', async () => {
    const { api, sink } = await open();
    api.put(thing('a') as never);
    await world.start();
    await api.pause();
    await world.until(() => sink.current.length > 0);
    expect(sink.messages).toEqual([
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+ : cannot be reached \(.*objects stay as they are until it succeeds$/),
    ]);
    expect(sink.keys).toEqual(['Thing:default/a']);
    api.put(thing('b') as never);
    await api.resume();
    await world.until(() => sink.keys.length === 2 && sink.current.length === 0);
    expect(sink.history).toHaveLength(2);
  });

  it('is waited for at the start', async () => {
    const { api, sink, source } = await open();
    api.put(thing('a') as never);
    await api.pause();
    const starting = source.start(sink);
    await world.until(() => sink.current.length > 0);
    await api.resume();
    await world.until(() => sink.current.length === 0);
    await world.until(() => sink.keys.length === 1);
    await starting;
  });

  it('that forgets the past is listed again, which shows deletions', async () => {
    const { api, sink } = await open();
    for (const name of ['a', 'b', 'c', 'd', 'e']) api.put(thing(name) as never);
    await world.start();
    await api.pause();
    api.remove('Thing', 'default', 'b');
    api.put(thing('e', 2) as never);
    api.put(thing('f') as never);
    api.compact();
    await api.resume();
    await world.until(() => sink.objects.has('Thing:default/f') && !sink.objects.has('Thing:default/b'));
    expect(sink.keys).toEqual(['Thing:default/a', 'Thing:default/c', 'Thing:default/d', 'Thing:default/e', 'Thing:default/f']);
    // Unchanged objects are not handed over again: five at first, then e, f and the deletion.
    expect(sink.history).toHaveLength(8);
  });

  it('that refuses a kind gets the missing rule named, and the other kinds are read', async () => {
    const { api, sink } = await open();
    api.put(thing('a') as never);
    const allow = api.faults.forbid({ plural: 'secrets', verb: 'list' });
    await world.start();
    expect(sink.keys).toEqual(['Thing:default/a']);
    expect(sink.current).toEqual([
      expect.objectContaining({
        location: '/api/v1/secrets',
        message: expect.stringContaining('{apiGroups: [""], resources: ["secrets"], verbs: ["get", "list", "watch"]}'),
      }),
    ]);
    api.put(secret('loud', { loud: 'true' }) as never);
    allow();
    await world.until(() => sink.objects.has('Secret:default/loud'));
    expect(sink.current).toEqual([]);
  });

  it('that falls silent is asked anew', async () => {
    const { api, sink, clock } = await open();
    await world.start();
    await api.requested(({ verb, plural }) => verb === 'watch' && plural === 'things');
    await world.until(() => api.watches('things').length === 1);
    const [silent] = api.watches('things');
    silent?.stall();
    api.put(thing('a') as never);
    await clock.advanceAsync(140_000);
    expect(sink.keys).toEqual([]);
    await world.until(() => sink.keys.length === 1);
    expect(api.watches('things')).not.toContain(silent);
  });
});

describe('a kind', () => {
  it('that comes later is picked up, and goes cleanly', async () => {
    const { api, sink } = await open();
    await world.start();
    expect(sink.current).toEqual([]);
    await world.until(() => api.watches('customresourcedefinitions').length === 1);
    api.serve(GADGET);
    api.put({ apiVersion: 'test.dev/v1', kind: 'Gadget', metadata: { name: 'g' } });
    await world.until(() => sink.keys.length === 1);
    expect(sink.objects.get('Gadget:/g')).toMatchObject({ apiVersion: 'test.dev/v1', kind: 'Gadget' });
    api.unserve('Gadget');
    await world.until(() => sink.keys.length === 0);
    api.serve(GADGET);
    api.put({ apiVersion: 'test.dev/v1', kind: 'Gadget', metadata: { name: 'h' } });
    await world.until(() => sink.objects.has('Gadget:/h'));
    expect(sink.current).toEqual([]);
  });

  it('is found by polling where definitions may not be watched', async () => {
    const { api, sink } = await open();
    api.faults.forbid({ plural: 'customresourcedefinitions' });
    await world.start();
    api.serve(GADGET);
    api.put({ apiVersion: 'test.dev/v1', kind: 'Gadget', metadata: { name: 'g' } });
    await world.until(() => sink.keys.length === 1);
    expect(sink.current).toEqual([]);
  });

  it('that is not found for a moment keeps its objects', async () => {
    const { api, sink } = await open();
    api.put(thing('a') as never);
    await world.start();
    await world.until(() => api.watches('things').length === 1);
    api.faults.add({ match: { plural: 'things' }, status: 404, times: 1 });
    api.compact();
    for (const watch of api.watches('things')) watch.reset();
    api.put(thing('b') as never);
    await world.until(() => sink.keys.length === 2);
    expect(sink.history).toHaveLength(2);
  });
});

describe('what enters', () => {
  it('is of the namespaces chosen', async () => {
    const { api, sink } = await open({ namespaces: ['one', 'two'] });
    for (const namespace of ['one', 'two', 'three']) {
      const { metadata, ...rest } = thing('a');
      api.put({ ...rest, metadata: { ...metadata, namespace } } as never);
    }
    await world.start();
    expect(sink.keys).toEqual(['Thing:one/a', 'Thing:two/a']);
    expect(api.requests.filter(({ plural, namespace }) => plural === 'things' && namespace === '')).toEqual([]);
  });

  it('is what the selectors let pass, in the server', async () => {
    const { api, sink } = await open({ selectors: [{ kind: 'Thing', labels: 'team=red', fields: 'metadata.name!=b' }] });
    for (const name of ['a', 'b', 'c']) {
      const { metadata, ...rest } = thing(name);
      api.put({ ...rest, metadata: { ...metadata, ...(name === 'c' ? {} : { labels: { team: 'red' } }) } } as never);
    }
    await world.start();
    expect(sink.keys).toEqual(['Thing:default/a']);
  });

  it('is nothing unsound, and the last good version stays', async () => {
    const { api, sink } = await open();
    api.put(thing('a', -1) as never);
    api.put(thing('b') as never);
    await world.start();
    expect(sink.keys).toEqual(['Thing:default/b']);
    expect(sink.messages).toEqual(['/apis/test.dev/v1/namespaces/default/things/a spec.size: expected a positive number']);
    api.put(thing('b', -1) as never);
    await world.until(() => sink.current.length === 2);
    expect(sink.messages).toContain(
      '/apis/test.dev/v1/namespaces/default/things/b spec.size: expected a positive number; its last good version stays',
    );
    expect(sink.objects.get('Thing:default/b')).toMatchObject({ spec: { size: 1 } });
    api.put(thing('a', 3) as never);
    api.remove('Thing', 'default', 'b');
    await world.until(() => sink.current.length === 0);
    expect(sink.keys).toEqual(['Thing:default/a']);
  });

  it('is no status that nobody reads', async () => {
    const { api, sink } = await open();
    api.put(thing('a') as never);
    await world.start();
    await world.until(() => api.watches('things').length === 1);
    api.put({ ...thing('a'), status: { ready: true } } as never);
    api.put(thing('b') as never);
    await world.until(() => sink.keys.length === 2);
    expect(sink.history.map(({ key }) => key)).toEqual(['Thing:default/a', 'Thing:default/b']);
  });

  it('comes in one batch, whatever the kinds', async () => {
    const { api, source, sink } = await open();
    const batches: number[] = [];
    let started = false;
    const starting = source
      .start({ apply: (changes) => (batches.push(changes.length), sink.apply(changes)), problems: () => {} })
      .then(() => (started = true));
    await world.until(() => started);
    await starting;
    await world.until(() => api.watches('things').length === 1);
    for (let index = 0; index < 20; index++) api.put(thing('a', index) as never);
    await world.until(() => sink.history.length > 0);
    await world.until(() => (sink.objects.get('Thing:default/a') as never as { spec: { size: number } }).spec.size === 19);
    expect(batches.length).toBeLessThan(20);
    expect(batches.every((size) => size === 1)).toBe(true);
  });
});

describe('Secrets', () => {
  const fetched = (): string[] =>
    world.api.requests.filter(({ verb, plural }) => verb === 'get' && plural === 'secrets').map(({ name }) => name);

  it('enter when they stand alone or are named, and no others are fetched', async () => {
    const { api, sink } = await open();
    for (const name of ['quiet', 'named']) api.put(secret(name) as never);
    api.put(secret('loud', { loud: 'true' }) as never);
    api.put(thing('a', 1, 'named') as never);
    await world.start();
    expect(sink.keys).toEqual(['Secret:default/loud', 'Secret:default/named', 'Thing:default/a']);
    expect(sink.objects.get('Secret:default/named')).toMatchObject({ apiVersion: 'v1', kind: 'Secret', data: { key: 'eA==' } });
    expect(fetched().sort()).toEqual(['loud', 'named']);
    expect(api.requests.some(({ verb, plural, query }) => verb === 'list' && plural === 'secrets' && query.includes('limit='))).toBe(true);
  });

  it('follow those that name them', async () => {
    const { api, sink } = await open();
    api.put(secret('s') as never);
    await world.start();
    expect(sink.keys).toEqual([]);
    api.put(thing('a', 1, 's') as never);
    await world.until(() => sink.objects.has('Secret:default/s'));
    api.put(secret('s', {}, 'eQ==') as never);
    await world.until(() => (sink.objects.get('Secret:default/s') as { data?: { key: string } } | undefined)?.data?.key === 'eQ==');
    api.put(thing('a') as never);
    await world.until(() => !sink.objects.has('Secret:default/s'));
    api.put(thing('b', 1, 'late') as never);
    await world.until(() => sink.objects.has('Thing:default/b'));
    api.put(secret('late') as never);
    await world.until(() => sink.objects.has('Secret:default/late'));
    api.remove('Secret', 'default', 'late');
    await world.until(() => !sink.objects.has('Secret:default/late'));
  });

  it('that change while they are fetched are fetched again', async () => {
    const { api, sink } = await open();
    api.put(secret('s', { loud: 'true' }) as never);
    const hold = api.faults.hold({ verb: 'get', plural: 'secrets' });
    const starting = world.start();
    await hold.arrived;
    api.put(secret('s', { loud: 'true' }, 'eQ==') as never);
    hold.release();
    await starting;
    await world.until(() => (sink.objects.get('Secret:default/s') as { data?: { key: string } } | undefined)?.data?.key === 'eQ==');
  });

  it('that cannot be fetched are a problem, and tried again', async () => {
    const { api, sink } = await open();
    api.put(secret('s', { loud: 'true' }) as never);
    api.faults.add({ match: { verb: 'get', plural: 'secrets' }, status: 500, times: 3 });
    await world.start();
    expect(sink.messages).toEqual([expect.stringContaining('injected fault')]);
    await world.until(() => sink.keys.length === 1 && sink.current.length === 0);
  });
});
