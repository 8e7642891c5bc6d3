import type { ConfigurationDelta } from '@gibbon/contracts/entities';
import type { ConfigurationChange, PublishResult } from '@gibbon/contracts/publisher';
import { emptyConfiguration } from '@gibbon/model';
import { FakeClock } from '@gibbon/time';
import { beforeEach, describe, expect, it } from 'vitest';
import { PublisherChannel } from './publisher-channel.ts';
import { APPLIED, PausingPublisher } from './testing/pausing-publisher.ts';

const FAILED: PublishResult = { applied: false, rejected: [], error: 'no route to host' };
const deleting = (id: string): ConfigurationDelta => ({ snis: { upserted: [], deleted: [id] } });
const change = (revision: number, delta: ConfigurationDelta | null = deleting(`s${revision}`)): ConfigurationChange => ({
  revision,
  delta,
  full: emptyConfiguration,
});

let publisher: PausingPublisher;
let clock: FakeClock;
let results: [number, PublishResult][];
let channel: PublisherChannel;

beforeEach(() => {
  publisher = new PausingPublisher();
  clock = new FakeClock();
  results = [];
  channel = new PublisherChannel({ publisher, clock, onResult: ({ revision }, result) => results.push([revision, result]) });
});

describe('changes', () => {
  it('go out at once, and those that come meanwhile go out as one', async () => {
    channel.push(change(1));
    expect(publisher.changes).toHaveLength(1);
    channel.push(change(2));
    channel.push(change(3));
    expect(publisher.changes).toHaveLength(1);
    publisher.answer();
    await publisher.called(2);
    expect(publisher.changes[1]).toMatchObject({ revision: 3, delta: { snis: { deleted: ['s2', 's3'] } } });
    publisher.answer();
    await channel.idle();
    expect(results).toEqual([
      [1, APPLIED],
      [3, APPLIED],
    ]);
    expect(clock.pending).toBe(0);
  });

  it('that failed go again as a whole, after pauses that double', async () => {
    channel.push(change(1));
    publisher.answer(FAILED);
    await channel.idle();
    clock.advance(999);
    expect(publisher.changes).toHaveLength(1);
    clock.advance(1);
    expect(publisher.changes[1]).toMatchObject({ revision: 1, delta: null });
    publisher.answer(new Error('thrown'));
    await channel.idle();
    expect(results).toEqual([
      [1, FAILED],
      [1, { ...FAILED, error: 'thrown' }],
    ]);
    clock.advance(1999);
    expect(publisher.changes).toHaveLength(2);
    clock.advance(1);
    publisher.answer();
    await channel.idle();
    channel.push(change(2));
    expect(publisher.changes[3]).toMatchObject({ revision: 2, delta: deleting('s2') });
  });

  it('that failed do not wait when there is a newer one', async () => {
    channel.push(change(1));
    channel.push(change(2));
    publisher.answer(FAILED);
    await publisher.called(2);
    expect(publisher.changes[1]).toMatchObject({ revision: 2, delta: null });
    publisher.answer(FAILED);
    await channel.idle();
    channel.push(change(3));
    expect(publisher.changes[2]).toMatchObject({ revision: 3, delta: null });
    expect(clock.pending).toBe(0);
  });

  it('that failed keep what they said of other planes', async () => {
    const other: ConfigurationChange = change(1, deleting('x'));
    channel.push({ ...change(1), planes: new Map([['p', other]]) });
    channel.push({ ...change(2), planes: new Map([['q', null]]) });
    publisher.answer(FAILED);
    await publisher.called(2);
    const { planes } = publisher.changes[1] as ConfigurationChange;
    expect([...(planes ?? [])]).toEqual([
      ['p', expect.objectContaining({ revision: 2, delta: null })],
      ['q', null],
    ]);
  });

  it('that nobody is there for are done', async () => {
    channel.push(change(1));
    publisher.answer({ ...FAILED, idle: true });
    await channel.idle();
    expect(clock.pending).toBe(0);
    channel.push(change(2));
    expect(publisher.changes[1]).toMatchObject({ revision: 2, delta: deleting('s2') });
  });
});

describe('a channel that is stopped', () => {
  it('aborts what runs, forgets what waits, and takes nothing more', async () => {
    channel.push(change(1));
    channel.push(change(2));
    await channel.stop();
    expect(publisher.signals[0]?.aborted).toBe(true);
    channel.push(change(3));
    expect(publisher.changes).toHaveLength(1);
    expect(results).toEqual([]);
  });

  it('leaves no timer', async () => {
    channel.push(change(1));
    publisher.answer(FAILED);
    await channel.idle();
    expect(clock.pending).toBe(1);
    await channel.stop();
    expect(clock.pending).toBe(0);
  });
});
