import type { Configuration } from '@gibbon/contracts/entities';
import type { ProxyTarget, PublishResult } from '@gibbon/contracts/publisher';
import { emptyConfiguration } from '@gibbon/model';
import { testService } from '@gibbon/testing-contract-kits';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeProxy } from './testing/fake-proxy.ts';
import { Publishing } from './testing/publishing.ts';

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const services = (...numbers: readonly number[]): Configuration => ({
  ...emptyConfiguration(),
  services: numbers.map((n) => testService({ id: id(n), name: `s${n}` })),
});
const APPLIED: PublishResult = { applied: true, rejected: [], error: null };

let shared: FakeProxy;
let red: FakeProxy;
let blue: FakeProxy;
let publishing: Publishing;

beforeEach(async () => {
  [shared, red, blue] = (await Promise.all([1, 2, 3].map(() => new FakeProxy('gibbon').start()))) as [FakeProxy, FakeProxy, FakeProxy];
  publishing = new Publishing({});
  publishing.discovered.set([{ name: 'shared', url: shared.url }, inPlane(red, 'red'), inPlane(blue, 'blue')]);
});

afterEach(async () => {
  await publishing.end();
  expect(publishing.services.clock.pending).toBe(0);
  await Promise.all([shared, red, blue].map((proxy) => proxy.stop()));
});

function inPlane(proxy: FakeProxy, plane: string): ProxyTarget {
  return { name: plane, url: proxy.url, plane };
}
const served = (): string[][] => [shared, red, blue].map((proxy) => proxy.served.services.map(({ name }) => name ?? ''));
const writes = (): string[][] => [shared, red, blue].map((proxy) => proxy.writes);
const clear = (): void => [shared, red, blue].forEach((proxy) => proxy.received.splice(0));

describe('proxies of planes', () => {
  it('get each the configuration of their plane: the whole once, and then differences', async () => {
    expect(await publishing.publishPlanes({ red: services(1, 2), blue: services(3) }, services(4))).toEqual(APPLIED);
    expect(served()).toEqual([['s4'], ['s1', 's2'], ['s3']]);
    await publishing.publishPlanes({ red: services(1) });
    expect([served(), writes()]).toEqual([
      [['s4'], ['s1'], ['s3']],
      [['POST'], ['POST', 'PATCH'], ['POST']],
    ]);
  });

  it('can be looked at, each as it stands', async () => {
    await publishing.publishPlanes({ red: services(1) }, services(4));
    expect(publishing.publisher.targets?.()).toMatchObject([
      { name: 'shared', url: shared.url, plane: '', state: 'current', error: null },
      { name: 'red', plane: 'red', state: 'current', hash: expect.stringMatching(/^[0-9a-f]{32}$/) as string },
      { name: 'blue', plane: 'blue', state: 'idle', revision: null, hash: null },
    ]);
  });

  it('notice nothing of changes of other planes', async () => {
    await publishing.publishPlanes({ red: services(1), blue: services(2) }, services(3));
    clear();
    await publishing.publishPlanes({ red: services(1, 4) });
    await publishing.publishPlanes({}, services(3, 5));
    expect(writes()).toEqual([['PATCH'], ['PATCH'], []]);
    expect(blue.received).toEqual([]);
  });

  it('wait quietly for the first configuration of their plane', async () => {
    expect(await publishing.publishPlanes({ red: services(1) }, services(2))).toEqual(APPLIED);
    expect([blue.received, publishing.states]).toEqual([[], []]);
    await publishing.publishPlanes({ blue: services(3) });
    // It has never confirmed anything, so nobody waits for it.
    await expect.poll(served).toEqual([['s2'], ['s1'], ['s3']]);
  });

  it('are nobody to wait for when no plane of theirs has a configuration', async () => {
    publishing.discovered.set([inPlane(red, 'red')]);
    expect(await publishing.publish(services(1))).toMatchObject({ applied: false, idle: true });
    expect(red.received).toEqual([]);
  });

  it('go on with what they have when their plane is no more, and follow it again when it is back', async () => {
    await publishing.publishPlanes({ red: services(1), blue: services(2) }, services(3));
    await publishing.publishPlanes({ red: null });
    expect([served(), red.writes]).toEqual([[['s3'], ['s1'], ['s2']], ['POST']]);
    await publishing.publishPlanes({ red: services(1, 4) });
    expect([served(), red.writes]).toEqual([
      [['s3'], ['s1', 's4'], ['s2']],
      ['POST', 'PATCH'],
    ]);
  });

  it('that come when their plane is no more are left alone', async () => {
    publishing.discovered.set([{ name: 'shared', url: shared.url }]);
    await publishing.publishPlanes({ red: services(1) }, services(3));
    await publishing.publishPlanes({ red: null });
    publishing.discovered.set([{ name: 'shared', url: shared.url }, inPlane(red, 'red')]);
    await publishing.publishPlanes({}, services(3, 4));
    expect(red.received).toEqual([]);
  });

  it('change with the plane of a target', async () => {
    await publishing.publishPlanes({ red: services(1), blue: services(2) }, services(3));
    publishing.discovered.set([inPlane(red, 'blue')]);
    await expect.poll(() => red.served.services.map(({ name }) => name)).toEqual(['s2']);
  });

  it('get differences even where a change comes as a whole', async () => {
    await publishing.publishPlanes({ red: services(1) }, services(2));
    await publishing.publish(services(2, 3), null);
    expect(writes().slice(0, 2)).toEqual([['POST', 'PATCH'], ['POST']]);
  });
});

describe('a publication', () => {
  /** Holds what changes the configuration of a proxy, until told. */
  function hold(proxy: FakeProxy): () => void {
    const { promise, resolve } = Promise.withResolvers<null>();
    proxy.answer = ({ method }) => (method === 'GET' ? null : promise);
    return () => {
      proxy.answer = () => null;
      resolve(null);
    };
  }

  it('does not wait for who is only just starting, and does not complain of him', async () => {
    publishing.discovered.set([{ name: 'shared', url: shared.url }]);
    await publishing.publishPlanes({ red: services(1), blue: services(2) }, services(3));
    const release = hold(red);
    publishing.discovered.set([{ name: 'shared', url: shared.url }, inPlane(red, 'red'), inPlane(blue, 'blue')]);
    expect(await publishing.publishPlanes({ red: services(1, 4) }, services(3, 4))).toEqual(APPLIED);
    expect(await publishing.publishPlanes({ red: services(1, 5) })).toEqual(APPLIED);
    release();
    await expect.poll(() => served()[1]).toEqual(['s1', 's5']);
  });

  it('expects nobody to serve while all there are are starting: those of a Gateway for half a minute', async () => {
    publishing.discovered.set([inPlane(red, 'red')]);
    await red.stop();
    const first = await publishing.publishPlanes({ red: services(1) });
    expect(first).toEqual({ applied: false, rejected: [], error: expect.stringContaining(red.url), expected: true });
    await publishing.services.clock.advanceAsync(29_000);
    expect(publishing.states.every(({ expected }) => expected === true)).toBe(true);
    while (publishing.states.at(-1)?.expected !== undefined || publishing.states.length === 0)
      await publishing.services.clock.advanceAsync(500);
    expect(publishing.services.clock.monotonic()).toBeLessThan(33_000);
    expect(publishing.states.at(-1)).toMatchObject({ applied: false, error: expect.stringContaining(red.url) as string });
  });

  it('tells of some of those that fail, and how many more there are', async () => {
    const many = Array.from({ length: 9 }, (_, index) => ({ name: `p${index}`, url: `http://127.0.0.1:${index + 1}` }));
    publishing.discovered.set([{ name: 'shared', url: shared.url }, ...many]);
    await publishing.publish(services(1));
    await publishing.services.clock.advanceAsync(12_000);
    const { error } = await publishing.reported((state) => state.applied && state.error?.endsWith('; 4 more') === true);
    expect(error?.split('; ')).toHaveLength(6);
  });

  it('does not wait for who could not be configured', async () => {
    await publishing.publishPlanes({ red: services(1), blue: services(2) }, services(3));
    await red.stop();
    const error = expect.stringContaining(`${red.url}: `);
    expect(await publishing.publishPlanes({ red: services(4) }, services(5))).toEqual({ ...APPLIED, error });
    expect(await publishing.publishPlanes({ red: services(5), blue: services(6) })).toEqual({ ...APPLIED, error });
    expect(served()).toEqual([['s5'], ['s1'], ['s6']]);
  });

  it('waits out the grace for who hangs once, and then no more until he has confirmed', async () => {
    await publishing.publishPlanes({ red: services(1), blue: services(2) }, services(3));
    const release = hold(red);
    const first = publishing.publishPlanes({ red: services(4), blue: services(5) });
    await expect.poll(() => served()[2]).toEqual(['s5']);
    await publishing.services.clock.advanceAsync(1000);
    const error = `${red.url}: it has not confirmed the configuration yet`;
    expect(await first).toEqual({ ...APPLIED, error });
    // The clock stands still from here on.
    expect(await publishing.publishPlanes({ red: services(6), blue: services(7) })).toEqual({ ...APPLIED, error });
    release();
    expect(await publishing.reported((state) => state.error === null)).toEqual(APPLIED);
    expect(served()).toEqual([['s3'], ['s6'], ['s7']]);
    const releaseAgain = hold(red);
    const last = publishing.publishPlanes({ red: services(8) });
    await publishing.services.clock.advanceAsync(999);
    releaseAgain();
    expect(await last).toEqual(APPLIED);
  });

  it('is not applied when nobody serves', async () => {
    await Promise.all([shared, red, blue].map((proxy) => proxy.stop()));
    expect(await publishing.publishPlanes({ red: services(1) }, services(2))).toMatchObject({ applied: false });
  });
});

it('shows a target that is gone nowhere in the metrics', async () => {
  await publishing.publishPlanes({ red: services(1), blue: services(2) }, services(3));
  publishing.discovered.set([inPlane(red, 'red')]);
  const shown = JSON.stringify(publishing.services.metrics.snapshot());
  expect([shown.includes('"red"'), shown.includes('"blue"'), shown.includes('"shared"')]).toEqual([true, false, false]);
});
