import { setImmediate } from 'node:timers/promises';
import type { Consumer } from '@gibbon/contracts/entities';
import type { KubeObject } from '@gibbon/contracts/resource';
import type { Source, SourceSink } from '@gibbon/contracts/source';
import type { StatusDraft, StatusSink } from '@gibbon/contracts/status';
import type { Translator } from '@gibbon/contracts/translator';
import { TestServices } from '@gibbon/testing-contract-kits';
import { beforeEach, describe, expect, it } from 'vitest';
import { ControlPlane } from './control-plane.ts';
import { APPLIED, TellingPublisher } from './testing/pausing-publisher.ts';

const user = (name: string): KubeObject => ({ apiVersion: 'test/v1', kind: 'User', metadata: { namespace: 'ns', name } });

/** A consumer and a status for each User. */
const users: Translator = {
  objects: ['User'],
  derived: [],
  indexes: [],
  translate: ({ object }) => {
    const { name } = (object as KubeObject).metadata;
    const owner = { kind: 'User', namespace: 'ns', name };
    const entity: Consumer = { id: name, username: name, custom_id: null, tags: null, created_at: null, updated_at: null };
    const status = { ref: owner, generation: 1, uid: name, status: { live: true }, owned: [] } as unknown as StatusDraft;
    return { entities: [{ type: 'consumers', owner, entity }], failures: [], statuses: [status] };
  },
};

let written: string[];
let publisher: TellingPublisher;
let sink: SourceSink;
let control: ControlPlane;

beforeEach(() => {
  written = [];
  publisher = new TellingPublisher();
  const statuses: StatusSink = {
    submit: (drafts) => void written.push(...drafts.map(({ ref }) => ref.name)),
    forget: ({ name }) => void written.push(`-${name}`),
  };
  const source: Source = {
    start: async (given) => {
      sink = given;
    },
  };
  const { clock, logger, metrics } = new TestServices();
  control = new ControlPlane({
    sources: [{ name: 'hand', source }],
    translators: [users],
    publishers: [{ name: 'target', publisher }],
    clock,
    logger,
    metrics,
    statuses,
  });
});

async function add(name: string): Promise<void> {
  const calls = publisher.changes.length;
  sink.apply([{ type: 'upsert', object: user(name) }]);
  await publisher.called(calls + 1);
}

async function begin(): Promise<void> {
  const start = control.start();
  await publisher.called(1);
  publisher.answer();
  await start;
}

describe('statuses', () => {
  it('are handed on when their configuration serves', async () => {
    await begin();
    await add('a');
    expect(written).toEqual([]);
    publisher.answer();
    await setImmediate();
    expect(written).toEqual(['a']);
  });

  it('wait for a publisher that fails, until it says that it serves', async () => {
    await begin();
    await add('a');
    publisher.answer({ applied: false, rejected: [], error: 'nobody answers' });
    await setImmediate();
    expect(written).toEqual([]);
    publisher.changed(APPLIED);
    expect(written).toEqual(['a']);
    await control.stop();
  });

  it('do not wait where there is nobody to serve', async () => {
    await begin();
    await add('a');
    publisher.answer({ applied: false, rejected: [], error: 'no proxy', idle: true });
    await setImmediate();
    expect(written).toEqual(['a']);
    expect(control.problems()).toMatchObject([{ reason: 'PublishFailed', message: 'no proxy' }]);
  });
});
