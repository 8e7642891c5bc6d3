import type { Configuration, Listener, Service } from '@gibbon/contracts/entities';
import type { ConfigurationChange, Rejection } from '@gibbon/contracts/publisher';
import type { Logger } from '@gibbon/contracts/services';
import type { CompileProblem } from '@gibbon/dataplane-runtime';
import { emptyConfiguration } from '@gibbon/model';
import { describe, expect, test } from 'vitest';
import { DataPlane, type ConfiguredSockets, type ThreadGroup } from './data-plane.ts';
import type { ThreadConfiguration } from './thread.ts';

const nothing = (): void => {};
const log: Logger = {
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
  isLevelEnabled: () => false,
  child: () => log,
};

const service = (id: string, retries = 5): Service => ({ id, name: id, retries }) as Service;
const withServices = (...services: Service[]): Configuration => ({ ...emptyConfiguration(), services });
const whole = (configuration: Configuration): ConfigurationChange => ({ revision: 0, full: () => configuration, delta: null });
const deltaOf = (...upserted: Service[]) => ({ revision: 0, full: emptyConfiguration, delta: { services: { upserted, deleted: [] } } });

/** Threads that record what they are told and answer when told to. */
class RecordingThreads implements ThreadGroup {
  readonly told: ThreadConfiguration[] = [];
  hold: Promise<void> | null = null;
  /** What they refuse of the next difference. */
  problems: readonly CompileProblem[] = [];
  async start(): Promise<void> {}
  async configure(configuration: ThreadConfiguration) {
    this.told.push(configuration);
    if (this.hold !== null) await this.hold;
    return this.problems;
  }
  listen = () => Promise.resolve([]);
  unlisten = () => Promise.resolve();
  metrics = () => Promise.resolve({ metrics: [] });
  stats = () => Promise.reject(new Error('unused'));
  async stop(): Promise<void> {}
}

/** Sockets that record which listeners they were given, and how many configurations served by then. */
class RecordingSockets implements ConfiguredSockets {
  readonly #threads: RecordingThreads;
  readonly followed: unknown[] = [];
  refused: Rejection[] = [];
  #missing: readonly Rejection[] = [];

  constructor(threads: RecordingThreads) {
    this.#threads = threads;
  }

  get failing(): boolean {
    return this.#missing.length > 0;
  }

  async follow(listeners: Iterable<Listener>) {
    this.followed.push([this.#threads.told.length, [...listeners].map(({ name }) => name)]);
    this.#missing = this.refused;
    return this.#missing;
  }
}

function setup() {
  const threads = new RecordingThreads();
  const followed: unknown[] = [];
  const sockets = new RecordingSockets(threads);
  const dataPlane = new DataPlane({ threads, sockets, health: { update: (delta) => void followed.push(delta) }, log });
  return { threads, sockets, followed, dataPlane };
}

describe('DataPlane', () => {
  test('has nothing to tell a late thread before the first configuration', () => {
    expect(setup().dataPlane.current()).toBeNull();
  });

  test('counts an empty first configuration as one', async () => {
    const { dataPlane, threads } = setup();
    await dataPlane.apply(whole(emptyConfiguration()));
    expect(dataPlane.revision).toBe(1);
    expect(threads.told).toHaveLength(1);
  });

  test('turns whole configurations into differences and leaves out equal ones', async () => {
    const { dataPlane, threads, followed } = setup();
    await dataPlane.apply(whole(withServices(service('a'), service('b'))));
    await dataPlane.apply(whole(withServices(service('a'), service('b'))));
    await dataPlane.apply(whole(withServices(service('a', 9))));
    expect(threads.told.map(({ revision }) => revision)).toEqual([1, 2]);
    expect(threads.told[1]?.delta).toEqual({ services: { upserted: [service('a', 9)], deleted: ['b'] } });
    expect(followed).toEqual(threads.told.map(({ delta }) => delta));
  });

  test('applies differences as they are', async () => {
    const { dataPlane, threads } = setup();
    await dataPlane.apply(whole(withServices(service('a'))));
    const delta = { services: { upserted: [service('b')], deleted: ['a'] } };
    await dataPlane.apply({ revision: 2, full: () => emptyConfiguration(), delta });
    expect(threads.told[1]).toEqual({ revision: 2, delta, full: null });
    expect(dataPlane.configuration().services).toEqual([service('b')]);
    expect(dataPlane.current()).toEqual({ revision: 2, delta: null, full: dataPlane.configuration() });
  });

  test('takes one change after the other, in order', async () => {
    const { dataPlane, threads } = setup();
    let release = nothing;
    threads.hold = new Promise((resolve) => (release = resolve));
    const first = dataPlane.apply(whole(withServices(service('a'))));
    const second = dataPlane.apply(whole(withServices(service('b'))));
    await Promise.resolve();
    expect(threads.told.length).toBeLessThanOrEqual(1);
    release();
    await Promise.all([first, second]);
    expect(threads.told.map(({ revision }) => revision)).toEqual([1, 2]);
    expect(dataPlane.configuration().services).toEqual([service('b')]);
  });

  test('goes on after a change that threads could not take', async () => {
    const { dataPlane, threads } = setup();
    threads.hold = Promise.reject(new Error('all workers are gone'));
    await expect(dataPlane.apply(whole(withServices(service('a'))))).rejects.toThrow('all workers are gone');
    threads.hold = null;
    await dataPlane.apply(whole(withServices(service('a', 1))));
    expect(dataPlane.revision).toBe(2);
  });
});

describe('prepared changes', () => {
  test('are made when their turn has come, and name the result', async () => {
    const { dataPlane, threads } = setup();
    let release = (): void => {};
    threads.hold = new Promise((resolve) => (release = resolve));
    const first = dataPlane.applyPrepared(() => ({ change: deltaOf(service('a')), hashOf: () => 'first' }));
    const seen: unknown[] = [];
    const second = dataPlane.applyPrepared(() => {
      seen.push(dataPlane.hash, dataPlane.tables.get('services', 'a')?.id);
      return { change: deltaOf(service('b')), hashOf: () => 'second' };
    });
    const third = dataPlane.applyPrepared(() => null);
    await Promise.resolve();
    expect([seen, dataPlane.hash]).toEqual([[], null]);
    release();
    await Promise.all([first, second]);
    expect([seen, dataPlane.hash, await third]).toEqual([['first', 'a'], 'second', null]);
  });

  test('that change nothing are known by the new hash; a change without one ends the old', async () => {
    const { dataPlane, threads } = setup();
    await dataPlane.applyPrepared(() => ({ change: whole(withServices(service('a'))), hashOf: () => 'one' }));
    await dataPlane.applyPrepared(() => ({ change: whole(withServices(service('a'))), hashOf: () => 'two' }));
    expect([dataPlane.hash, threads.told.length]).toEqual(['two', 1]);
    await dataPlane.apply(whole(withServices()));
    expect(dataPlane.hash).toBeNull();
  });

  test('that the threads could not take leave no hash, and the next one brings everything', async () => {
    const { dataPlane, threads } = setup();
    await dataPlane.applyPrepared(() => ({ change: deltaOf(service('a')), hashOf: () => 'one' }));
    threads.hold = Promise.reject(new Error('a thread failed'));
    await expect(dataPlane.applyPrepared(() => ({ change: deltaOf(service('b')), hashOf: () => 'two' }))).rejects.toThrow(
      'a thread failed',
    );
    expect(dataPlane.hash).toBeNull();
    threads.hold = null;
    await dataPlane.applyPrepared(() => ({ change: deltaOf(), hashOf: () => 'three' }));
    expect(threads.told.at(-1)).toMatchObject({ delta: null, full: { services: [{ id: 'a' }, { id: 'b' }] } });
    expect(dataPlane.hash).toBe('three');
  });
});

describe('what is refused', () => {
  const refusal: CompileProblem = { type: 'services', id: 'a', field: 'host', message: 'not a host' };
  const prepared = (change: ConfigurationChange) => ({ change, hashOf: (all: boolean) => (all ? 'all' : 'part') });

  test('is told to everybody who brings the same configuration, and makes it a part', async () => {
    const { dataPlane, threads } = setup();
    const bring = async () => (await dataPlane.applyPrepared(() => prepared(whole(withServices(service('a'))))))?.rejected;
    threads.problems = [refusal];
    expect([await bring(), dataPlane.hash]).toEqual([[refusal], 'part']);
    threads.problems = [];
    expect([await bring(), dataPlane.hash, threads.told.length]).toEqual([[refusal], 'part', 1]);
  });

  test('stays refused while others change, until it changes itself or goes', async () => {
    const { dataPlane, threads } = setup();
    const bring = async (change: ConfigurationChange) => (await dataPlane.applyPrepared(() => prepared(change)))?.rejected;
    threads.problems = [refusal];
    await bring(deltaOf(service('a')));
    threads.problems = [];
    expect([await bring(deltaOf(service('b'))), dataPlane.hash]).toEqual([[refusal], 'part']);
    expect([await bring(deltaOf(service('a'))), dataPlane.hash]).toEqual([[], 'all']);
    threads.problems = [refusal];
    expect(await bring(deltaOf(service('a', 4)))).toEqual([refusal]);
    threads.problems = [];
    expect([await bring(whole(withServices(service('b')))), dataPlane.hash]).toEqual([[], 'all']);
  });
});

describe('sockets', () => {
  const listener = { id: 'l', name: 'http-80' } as Listener;
  const refusal: Rejection = { type: 'listeners', id: 'l', field: 'port', message: 'in use' };

  test('follow each configuration once it serves', async () => {
    const { dataPlane, sockets } = setup();
    await dataPlane.apply(whole({ ...emptyConfiguration(), listeners: [listener] }));
    await dataPlane.apply(whole(emptyConfiguration()));
    expect(sockets.followed).toEqual([
      [1, ['http-80']],
      [2, []],
    ]);
  });

  test('that cannot be had are a refusal of their listener, and part of the hash; they are tried again without a change', async () => {
    const { dataPlane, sockets } = setup();
    const change = whole({ ...emptyConfiguration(), listeners: [listener] });
    const prepare = () => ({ change, hashOf: (all: boolean) => (all ? 'all' : 'part') });
    sockets.refused = [refusal];
    expect(await dataPlane.applyPrepared(prepare)).toEqual({ applied: true, rejected: [refusal], error: null });
    expect(dataPlane.hash).toBe('part');
    expect((await dataPlane.applyPrepared(prepare))?.rejected).toEqual([refusal]);
    sockets.refused = [];
    await dataPlane.applyPrepared(prepare);
    expect([dataPlane.hash, sockets.followed.length]).toEqual(['all', 3]);
  });
});
