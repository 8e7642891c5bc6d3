import { setImmediate } from 'node:timers/promises';
import type { Consumer } from '@gibbon/contracts/entities';
import type { KubeObject } from '@gibbon/contracts/resource';
import type { ObjectChange, Source, SourceProblem, SourceSink } from '@gibbon/contracts/source';
import type { Translator } from '@gibbon/contracts/translator';
import { renderMetrics } from '@gibbon/metrics';
import { TestServices } from '@gibbon/testing-contract-kits';
import { beforeEach, describe, expect, it } from 'vitest';
import { ControlPlane } from './control-plane.ts';
import { APPLIED, PausingPublisher, TellingPublisher } from './testing/pausing-publisher.ts';

interface User extends KubeObject {
  readonly team: string;
}
const user = (name: string, team = 'blue'): User => ({ apiVersion: 'test/v1', kind: 'User', metadata: { namespace: 'ns', name }, team });
const put = (object: KubeObject): ObjectChange => ({ type: 'upsert', object });
const drop = (name: string): ObjectChange => ({ type: 'delete', ref: { kind: 'User', namespace: 'ns', name } });

/** A consumer for each User. Team `none` is a failure, team `crash` a defect, team `odd` both a consumer and a failure. */
const users: Translator = {
  objects: ['User'],
  derived: [],
  indexes: [],
  translate: ({ object }) => {
    const { metadata, team } = object as User;
    const owner = { kind: 'User', namespace: 'ns', name: metadata.name };
    if (team === 'crash') throw new Error('not thought of');
    if (team === 'none')
      return {
        entities: [],
        failures: [
          { refs: [owner], field: 'team', reason: 'TeamMissing', message: 'there is no team "none"; expected the name of a team' },
        ],
      };
    const entity: Consumer = {
      id: metadata.name,
      username: metadata.name,
      custom_id: null,
      tags: [team],
      created_at: null,
      updated_at: null,
    };
    const odd = { refs: [owner], field: 'team', reason: 'OddTeam', message: 'consumer, tags: odd team' };
    return { entities: [{ type: 'consumers', owner, entity }], failures: team === 'odd' ? [odd] : [] };
  },
};

/** A source that a test drives. */
class HandSource implements Source {
  sink: SourceSink | null = null;
  lines = new Map<string, number>();
  readonly #first: readonly ObjectChange[];
  readonly #problems: readonly SourceProblem[];

  constructor(first: readonly ObjectChange[] = [], problems: readonly SourceProblem[] = []) {
    this.#first = first;
    this.#problems = problems;
  }

  async start(sink: SourceSink): Promise<void> {
    this.sink = sink;
    sink.apply(this.#first);
    sink.problems('file', this.#problems);
  }

  locate({ name }: { readonly name: string }, field: string): string | null {
    const line = this.lines.get(name);
    return line === undefined ? null : `users.yaml:${line}:${field === '' ? 1 : 9}`;
  }
}

let services: TestServices;
let publisher: PausingPublisher;
const problemLines = (): string[] =>
  services.lines
    .filter(({ message }) => message.startsWith('configuration problem'))
    .map(({ message, fields }) => `${message}: ${String(fields['problem'])}`);

function plane(...sources: Source[]): ControlPlane {
  const { clock, logger, metrics } = services;
  return new ControlPlane({
    sources: sources.map((source, index) => ({ name: `s${index}`, source })),
    translators: [users],
    publishers: [{ name: 'target', publisher }],
    clock,
    logger,
    metrics,
  });
}

async function started(source: HandSource): Promise<ControlPlane> {
  const control = plane(source);
  const start = control.start();
  await publisher.called(1);
  publisher.answer();
  await start;
  return control;
}

beforeEach(() => {
  services = new TestServices();
  publisher = new PausingPublisher();
});

describe('readiness', () => {
  it('is there once every source has delivered, before anything is published, and ends with the stop', async () => {
    let release = (): void => {};
    const slow: Source = { start: (sink) => new Promise((resolve) => (release = () => (sink.apply([put(user('b'))]), resolve()))) };
    const control = plane(new HandSource([put(user('a'))]), slow);
    expect(control.readiness()).toEqual({ ready: false, reason: 'still reading what exists: s0, s1' });
    void control.start();
    await setImmediate();
    expect(control.readiness()).toEqual({ ready: false, reason: 'still reading what exists: s1' });
    expect(control.object({ kind: 'User', namespace: 'ns', name: 'a' })).toBeNull();
    release();
    await publisher.called(1);
    expect(control.readiness()).toEqual({ ready: true });
    expect(control.object({ kind: 'User', namespace: 'ns', name: 'b' })).toEqual(user('b'));
    await control.stop();
    expect(control.readiness()).toEqual({ ready: false, reason: 'stopping' });
  });
});

describe('start', () => {
  it('publishes once all sources have delivered, and resolves when that is done', async () => {
    let release = (): void => {};
    const slow: Source = { start: (sink) => new Promise((resolve) => (release = () => (sink.apply([put(user('b'))]), resolve()))) };
    const control = plane(new HandSource([put(user('a'))]), slow);
    let done = false;
    const start = control.start().then(() => (done = true));
    await Promise.resolve();
    expect(publisher.changes).toEqual([]);
    release();
    await publisher.called(1);
    expect(publisher.changes[0]).toMatchObject({ revision: 1, delta: null });
    expect(publisher.changes[0]?.full().consumers.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(done).toBe(false);
    publisher.answer();
    await start;
  });

  it('publishes an empty configuration too', async () => {
    await started(new HandSource());
    expect(publisher.changes[0]?.full().consumers).toEqual([]);
  });

  it('follows what a publisher tells by itself, once it has published', async () => {
    const telling = new TellingPublisher();
    publisher = telling;
    const source = new HandSource([put(user('a'))]);
    const control = plane(source);
    const start = control.start();
    await telling.called(1);
    telling.changed({ applied: false, rejected: [], error: 'too early to matter' });
    expect(control.problems()).toEqual([]);
    telling.answer({
      applied: true,
      rejected: [{ type: 'consumers', id: 'a', field: 'username', message: 'taken' }],
      error: 'http://two: away',
    });
    await start;
    expect(new Set(control.problems().map(({ reason }) => reason))).toEqual(new Set(['PublishFailed', 'Rejected']));
    telling.changed({ applied: true, rejected: [], error: null });
    expect(control.problems()).toEqual([]);
    telling.changed({ applied: false, rejected: [], error: 'http://one: away' });
    expect(control.problems()).toMatchObject([{ reason: 'PublishFailed', message: 'http://one: away' }]);
    await control.stop();
    telling.changed({ applied: true, rejected: [], error: null });
    expect(control.problems()).toHaveLength(1);
  });

  it('takes each result of such a publisher for everything that is refused', async () => {
    const telling = new TellingPublisher();
    publisher = telling;
    const source = new HandSource([put(user('a'))]);
    const control = plane(source);
    const start = control.start();
    await telling.called(1);
    telling.answer({ applied: true, rejected: [{ type: 'consumers', id: 'a', field: '', message: 'taken' }], error: null });
    await start;
    source.sink?.apply([put(user('b'))]);
    await telling.called(2);
    expect(control.problems()).toHaveLength(1);
    telling.answer();
    await expect.poll(() => control.problems()).toEqual([]);
    await control.stop();
  });

  it('resolves without a problem when nobody is expected to serve yet', async () => {
    const control = plane(new HandSource());
    const start = control.start();
    await publisher.called(1);
    publisher.answer({ applied: false, rejected: [], error: 'all proxies are starting', expected: true });
    await start;
    expect(control.problems()).toEqual([]);
    services.clock.advance(1000);
    publisher.answer();
    await publisher.called(2);
    await control.stop();
  });

  it('resolves with a problem when the target cannot be reached', async () => {
    const control = plane(new HandSource());
    const start = control.start();
    await publisher.called(1);
    publisher.answer({ applied: false, rejected: [], error: 'disk full' });
    await start;
    expect(control.problems()).toEqual([{ ref: null, location: 'target', field: '', reason: 'PublishFailed', message: 'disk full' }]);
    services.clock.advance(1000);
    publisher.answer();
    await publisher.called(2);
    await control.stop();
  });

  it('rejects with a source that can never work', async () => {
    const error = new Error('no folder');
    await expect(plane({ start: () => Promise.reject(error) }).start()).rejects.toBe(error);
  });
});

describe('changes', () => {
  it('go to the publisher at once, as differences', async () => {
    const source = new HandSource([put(user('a'))]);
    await started(source);
    source.sink?.apply([put(user('b', 'red')), drop('a')]);
    expect(publisher.changes[1]).toMatchObject({
      revision: 2,
      delta: { consumers: { upserted: [{ id: 'b', tags: ['red'] }], deleted: ['a'] } },
    });
    source.sink?.apply([put(user('c'))]);
    source.sink?.apply([put(user('d'))]);
    expect(publisher.changes).toHaveLength(2);
    publisher.answer();
    await publisher.called(3);
    expect(publisher.changes[2]).toMatchObject({
      revision: 4,
      delta: { consumers: { upserted: [{ id: 'c' }, { id: 'd' }], deleted: [] } },
    });
  });

  it('are ignored after stop', async () => {
    const source = new HandSource();
    const control = await started(source);
    await control.stop();
    source.sink?.apply([put(user('a'))]);
    source.sink?.problems('file', [{ location: 'x', ref: null, field: '', message: 'm' }]);
    expect(publisher.changes).toHaveLength(1);
    expect(control.problems()).toEqual([]);
  });
});

describe('problems', () => {
  it('of translators name object, place and field, and end with their cause', async () => {
    const source = new HandSource([put(user('a', 'none')), put(user('b'))]);
    source.lines.set('a', 4);
    const control = await started(source);
    expect(publisher.changes[0]?.full().consumers.map(({ id }) => id)).toEqual(['b']);
    expect(control.problems()).toEqual([
      {
        ref: { kind: 'User', namespace: 'ns', name: 'a' },
        location: 'users.yaml:4:9',
        field: 'team',
        reason: 'TeamMissing',
        message: 'there is no team "none"; expected the name of a team',
      },
    ]);
    source.lines.set('a', 14);
    expect(control.problems()[0]?.location).toBe('users.yaml:14:9');
    source.sink?.apply([put(user('a', 'blue'))]);
    expect(control.problems()).toEqual([]);
    expect(problemLines()).toEqual([
      'configuration problem: there is no team "none"; expected the name of a team',
      'configuration problem solved: there is no team "none"; expected the name of a team',
    ]);
  });

  it('of sources stay until the source clears them', async () => {
    const source = new HandSource([], [{ location: 'users.yaml:1:1', ref: null, field: '', message: 'no YAML' }]);
    const control = await started(source);
    expect(control.problems()).toEqual([{ ref: null, location: 'users.yaml:1:1', field: '', reason: 'Unreadable', message: 'no YAML' }]);
    source.sink?.problems('file', []);
    expect(control.problems()).toEqual([]);
  });

  it('of the target are those of the object that it refuses, until the object changes', async () => {
    const source = new HandSource([put(user('a')), put(user('b'))]);
    source.lines.set('a', 7);
    const control = plane(source);
    const start = control.start();
    await publisher.called(1);
    publisher.answer({ ...APPLIED, rejected: [{ type: 'consumers', id: 'a', field: 'username', message: 'too short' }] });
    await start;
    const refused = [
      {
        ref: { kind: 'User', namespace: 'ns', name: 'a' },
        location: 'users.yaml:7:1',
        field: '',
        reason: 'Rejected',
        message: 'the data plane refuses consumers a, username: too short',
      },
    ];
    expect(control.problems()).toEqual(refused);
    source.sink?.apply([put(user('b', 'red'))]);
    publisher.answer();
    await publisher.called(2);
    expect(control.problems()).toEqual(refused);
    source.sink?.apply([put(user('a', 'red'))]);
    await publisher.called(3);
    publisher.answer();
    await setImmediate();
    expect(control.problems()).toEqual([]);
  });

  it('of the target are told once, where the translation has told them', async () => {
    const source = new HandSource([put(user('a', 'odd'))]);
    const control = plane(source);
    const start = control.start();
    await publisher.called(1);
    publisher.answer({
      ...APPLIED,
      rejected: [
        { type: 'consumers', id: 'a', field: 'tags', message: 'odd team' },
        { type: 'consumers', id: 'a', field: 'username', message: 'too short' },
      ],
    });
    await start;
    expect(control.problems().map(({ message }) => message)).toEqual([
      'the data plane refuses consumers a, username: too short',
      'consumer, tags: odd team',
    ]);
  });

  it('of a crash leave others alone and are defects in the log', async () => {
    const source = new HandSource([put(user('a')), put(user('b'))]);
    const control = await started(source);
    source.sink?.apply([put(user('a', 'crash')), put(user('b', 'red'))]);
    expect(publisher.changes[1]).toMatchObject({ delta: { consumers: { upserted: [{ id: 'b' }], deleted: [] } } });
    expect(control.problems()).toMatchObject([
      { reason: 'TranslatorCrashed', message: 'the translator failed: not thought of; its last good configuration stays' },
    ]);
    expect(services.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'a translator threw', fields: { unit: 'User:ns/a' } },
    ]);
  });
});

describe('once', () => {
  it('tells whether it was published, and every problem', async () => {
    const control = plane(new HandSource([put(user('a', 'none'))]));
    const once = control.once();
    await publisher.called(1);
    publisher.answer();
    expect(await once).toMatchObject({ published: true, problems: [{ reason: 'TeamMissing' }] });
  });

  it('does not try again', async () => {
    const once = plane(new HandSource()).once();
    await publisher.called(1);
    publisher.answer({ applied: false, rejected: [], error: 'disk full' });
    expect(await once).toMatchObject({ published: false, problems: [{ reason: 'PublishFailed', message: 'disk full' }] });
    expect(services.clock.pending).toBe(0);
  });
});

it("measures under the names of Kong's controller", async () => {
  const source = new HandSource([put(user('a', 'none'))]);
  await started(source);
  const text = renderMetrics(services.metrics.snapshot());
  for (const line of [
    'ingress_controller_translation_count{success="true"} 1',
    'ingress_controller_translation_broken_resource_count 1',
    'ingress_controller_configuration_push_count{success="true",protocol="db-less",failure_reason="",dataplane="target"} 1',
    'ingress_controller_configuration_push_broken_resource_count{dataplane="target"} 0',
    'gibbon_controller_problems 1',
    'gibbon_controller_translated_units_total 1',
  ])
    expect(text).toContain(line);
});

describe('a look inside', () => {
  it('shows what was published, and what was not', async () => {
    const source = new HandSource([put(user('a'))]);
    const control = await started(source);
    const look = control.inspection();
    const [before] = look.publishers();
    expect(before).toMatchObject({ name: 'target', applied: true, revision: 1, targets: [], successful: { revision: 1 }, failed: null });
    source.sink?.apply([put(user('b'))]);
    publisher.answer({ applied: false, rejected: [], error: 'disk full' });
    await setImmediate();
    const [after] = look.publishers();
    expect(after).toMatchObject({ applied: false, revision: 1, successful: { revision: 1 }, failed: { revision: 2, error: 'disk full' } });
    expect(after?.successful?.configuration().consumers.map(({ id }) => id)).toEqual(['a']);
    expect(after?.failed?.configuration().consumers.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(look.problems()).toMatchObject([{ reason: 'PublishFailed' }]);
    await control.stop();
  });

  it('counts what is refused as a failure, and nobody to publish to as none', async () => {
    const source = new HandSource([put(user('a'))]);
    const control = plane(source);
    const start = control.start();
    await publisher.called(1);
    publisher.answer({ applied: false, rejected: [], error: 'no proxy', idle: true });
    await start;
    const look = control.inspection();
    expect(look.publishers()).toMatchObject([{ successful: null, failed: null }]);
    source.sink?.apply([put(user('b'))]);
    await publisher.called(2);
    const rejected = [{ type: 'consumers' as const, id: 'a', field: '', message: 'no' }];
    publisher.answer({ applied: true, rejected, error: null });
    await setImmediate();
    expect(look.publishers()).toMatchObject([{ successful: { revision: 2 }, failed: { revision: 2, error: null, rejected } }]);
    await control.stop();
  });

  it('shows the newest configuration by plane, and what an object is made of', async () => {
    const control = await started(new HandSource([put(user('a'))]));
    const look = control.inspection();
    expect([look.revision(), look.planes(), look.configuration('red')]).toEqual([1, [''], null]);
    expect(look.configuration('')?.consumers).toHaveLength(1);
    const ref = { kind: 'User', namespace: 'ns', name: 'a' };
    expect(look.object(ref)).toEqual(user('a'));
    expect(look.entitiesOf(ref)).toMatchObject([{ type: 'consumers', id: 'a', configured: true }]);
    expect(look.status(ref)).toBeNull();
  });
});
