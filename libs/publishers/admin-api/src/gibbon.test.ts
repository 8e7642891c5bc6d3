import type { Configuration } from '@gibbon/contracts/entities';
import { applyDelta, emptyConfiguration } from '@gibbon/model';
import { testRoute, testService } from '@gibbon/testing-contract-kits';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeProxy } from './testing/fake-proxy.ts';
import { Publishing } from './testing/publishing.ts';

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const service = (n: number, port = 80) => testService({ id: id(n), name: `s${n}`, port });
const withServices = (...services: Configuration['services']): Configuration => ({ ...emptyConfiguration(), services });
const ONE = withServices(service(1));
const TWO = withServices(service(1), service(2));

let proxies: FakeProxy[];
let publishing: Publishing;

beforeEach(async () => {
  proxies = await Promise.all([1, 2, 3].map(() => new FakeProxy('gibbon').start()));
  publishing = new Publishing({ urls: proxies.map(({ url }) => url) });
});

afterEach(async () => {
  await publishing.end();
  expect(publishing.services.clock.pending).toBe(0);
  await Promise.all(proxies.map((proxy) => proxy.stop()));
});

const first = (): FakeProxy => proxies[0] as FakeProxy;
const served = (): number[] => proxies.map((proxy) => proxy.served.services.length);

describe('Gibbon', () => {
  it('gets the whole once and then differences, which all proxies in one state share', async () => {
    await publishing.publish(ONE);
    await publishing.publish(TWO);
    await publishing.publish(ONE);
    expect(proxies.map(({ writes }) => writes)).toEqual([
      ['POST', 'PATCH', 'PATCH'],
      ['POST', 'PATCH', 'PATCH'],
      ['POST', 'PATCH', 'PATCH'],
    ]);
    expect(new Set(proxies.map(({ received }) => received.at(-1)?.body)).size).toBe(1);
    expect(JSON.parse(first().received.at(-1)?.body ?? '')).toMatchObject({ delta: { services: { upserted: [], deleted: [id(2)] } } });
    expect(served()).toEqual([1, 1, 1]);
  });

  it('that serves the same already is left alone', async () => {
    await publishing.publish(ONE);
    const again = new Publishing({ urls: [first().url] });
    expect(await again.publish(ONE)).toMatchObject({ applied: true });
    await again.end();
    expect(first().writes).toEqual(['POST']);
  });

  it('that serves the same by differences is left alone by another replica, which goes on with differences', async () => {
    first().knowsContent = true;
    await publishing.publish(ONE);
    await publishing.publish(TWO);
    const other = new Publishing({ urls: [first().url] });
    expect(await other.publish(TWO)).toEqual({ applied: true, rejected: [], error: null });
    expect(first().writes).toEqual(['POST', 'PATCH']);
    await other.publish(ONE);
    await other.end();
    expect([first().writes, first().served.services.length]).toEqual([['POST', 'PATCH', 'PATCH'], 1]);
  });

  it('that serves something else gets the whole from another replica', async () => {
    first().knowsContent = true;
    await publishing.publish(TWO);
    const other = new Publishing({ urls: [first().url] });
    await other.publish(withServices(service(1), service(2, 81)));
    await other.end();
    expect([first().writes, first().served.services.map(({ port }) => port)]).toEqual([
      ['POST', 'POST'],
      [80, 81],
    ]);
  });

  it('that has lost its configuration is configured again when that is seen', async () => {
    await publishing.publish(TWO);
    first().lose();
    await publishing.services.clock.advanceAsync(2000);
    await expect.poll(served).toEqual([2, 2, 2]);
    expect(first().writes).toEqual(['POST', 'POST']);
  });

  it('that has lost it when the next change comes gets the whole at once', async () => {
    await publishing.publish(ONE);
    first().lose();
    expect(await publishing.publish(TWO)).toEqual({ applied: true, rejected: [], error: null });
    expect([served(), first().writes]).toEqual([
      [2, 2, 2],
      ['POST', 'PATCH', 'POST'],
    ]);
  });

  it('that is dead delays nobody, is named, and gets what it missed when it is back', async () => {
    await publishing.publish(ONE);
    await first().stop();
    const result = await publishing.publish(TWO);
    expect(result).toMatchObject({ applied: true, error: expect.stringContaining(`${first().url}: /config`) });
    expect(served()).toEqual([1, 2, 2]);
    first().lose();
    await first().start();
    const back = publishing.reported(({ error }) => error === null);
    await publishing.services.clock.advanceAsync(100);
    expect(await back).toEqual({ applied: true, rejected: [], error: null });
    expect(served()).toEqual([2, 2, 2]);
  });

  it('is tried less and less often, and at least every second', async () => {
    await first().stop();
    await publishing.publish(ONE);
    const { clock, lines } = publishing.services;
    const attempts = async (): Promise<string> => {
      await new Promise((resolve) => setImmediate(resolve));
      return (
        publishing.services.metrics
          .snapshot()
          .metrics.find(({ name }) => name === 'gibbon_publisher_pushes_total')
          ?.values.join() ?? ''
      );
    };
    // It may be one that starts.
    for (let waited = 0; waited < 10_000; waited += 250) await clock.advanceAsync(250);
    const seen = new Set<string>();
    for (let waited = 0; waited < 20_000; waited += 250) {
      await clock.advanceAsync(250);
      seen.add(await attempts());
    }
    expect(seen.size).toBeGreaterThan(18);
    expect(seen.size).toBeLessThan(46);
    expect(lines.filter(({ message }) => message === 'a proxy cannot be configured').length).toBeLessThan(4);
  });

  it('that does not answer is waited for no longer than the grace, and never again until it does', async () => {
    let release = (): void => {};
    const gate = new Promise<null>((resolve) => (release = () => resolve(null)));
    first().answer = ({ method }) => (method === 'POST' ? gate : null);
    const publication = publishing.publish(ONE);
    await expect.poll(served).toEqual([0, 1, 1]);
    await publishing.services.clock.advanceAsync(1000);
    expect(await publication).toMatchObject({ applied: true, error: `${first().url}: it has not confirmed the configuration yet` });
    release();
    expect(await publishing.reported(({ error }) => error === null)).toMatchObject({ applied: true });
    expect(served()).toEqual([1, 1, 1]);
  });

  it('gets what changed while it was busy in one piece', async () => {
    let release = (): void => {};
    const gate = new Promise<null>((resolve) => (release = () => resolve(null)));
    first().answer = ({ method }) => (method === 'POST' ? gate : null);
    for (const next of [ONE, TWO, withServices(service(2), service(3))]) {
      const publication = publishing.publish(next);
      await expect
        .poll(
          () =>
            proxies[1]?.served.services.length === next.services.length &&
            proxies[1].served.services.at(-1)?.id === next.services.at(-1)?.id,
        )
        .toBe(true);
      await publishing.services.clock.advanceAsync(1000);
      await publication;
    }
    release();
    await publishing.reported(({ error }) => error === null);
    expect(first().writes).toEqual(['POST', 'PATCH']);
    expect(new Set(first().served.services.map(({ name }) => name))).toEqual(new Set(['s2', 's3']));
  });

  it('says what it refuses, gets it again with the next change, and serves it when that mends it', async () => {
    const route = testRoute({ id: id(11), service: { id: id(2) } });
    const broken = applyDelta(withServices(service(1), service(2, -1)), { routes: { upserted: [route], deleted: [] } });
    await publishing.publish(ONE);
    const result = await publishing.publish(broken);
    expect(result.applied).toBe(true);
    expect(result.rejected.map(({ type, field }) => `${type} ${field}`)).toEqual(['services port', 'routes service']);
    expect(served()).toEqual([1, 1, 1]);
    const mended = applyDelta(broken, { services: { upserted: [service(2)], deleted: [] } });
    expect(await publishing.publish(mended)).toEqual({ applied: true, rejected: [], error: null });
    expect([served(), first().served.routes.length]).toEqual([[2, 2, 2], 1]);
    expect(first().writes).toEqual(['POST', 'PATCH', 'PATCH']);
  });

  it('goes on being told what a whole had wrong', async () => {
    expect((await publishing.publish(withServices(service(1), service(2, -1)))).rejected).toMatchObject([{ id: id(2), field: 'port' }]);
    expect((await publishing.publish(withServices(service(1), service(2, -1), service(3)))).rejected).toMatchObject([
      { id: id(2), field: 'port' },
    ]);
    expect(await publishing.publish(withServices(service(1), service(3)))).toMatchObject({ rejected: [] });
    expect(served()).toEqual([2, 2, 2]);
  });
});

describe('targets that are discovered', () => {
  it('are configured when they appear, and forgotten when they go', async () => {
    const late = await new FakeProxy('gibbon').start();
    proxies.push(late);
    await publishing.publish(ONE);
    publishing.discovered.set([{ name: 'late', url: late.url }]);
    await expect.poll(served).toEqual([1, 1, 1, 1]);
    publishing.discovered.set([]);
    await publishing.publish(TWO);
    expect(served()).toEqual([2, 2, 2, 1]);
  });

  it('are tried often while they start, without a word about it', async () => {
    const late = await new FakeProxy('gibbon').start();
    proxies.push(late);
    await publishing.publish(ONE);
    await late.stop();
    publishing.discovered.set([{ name: 'late', url: late.url }]);
    const { clock, lines } = publishing.services;
    for (let waited = 0; waited < 5000; waited += 50) await clock.advanceAsync(50);
    await late.start();
    // Without this time to pass, and on a machine that may be slow.
    await expect.poll(() => clock.advanceAsync(50).then(served)).toEqual([1, 1, 1, 1]);
    expect(lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('are left alone while they are the same objects', async () => {
    const here = { name: 'first', url: first().url };
    publishing.discovered.set([here]);
    await publishing.publish(ONE);
    const asked = first().received.length;
    publishing.discovered.set([here, { name: 'second', url: proxies[1]?.url ?? '' }]);
    publishing.discovered.set([{ ...here }]);
    await expect.poll(() => first().received.length).toBe(asked + 1);
  });

  it('are looked after when their discovery has something to say', async () => {
    await first().stop();
    publishing.discovered.set([{ name: 'first', url: first().url }]);
    await publishing.publish(ONE);
    await first().start();
    publishing.discovered.set([{ name: 'first', url: first().url }]);
    await expect.poll(served).toEqual([1, 1, 1]);
    first().lose();
    publishing.discovered.set([{ name: 'first', url: first().url }]);
    await expect.poll(served).toEqual([1, 1, 1]);
  });

  it('that do not listen yet are nothing to complain of, until that has lasted', async () => {
    await publishing.publish(ONE);
    const late = new FakeProxy('gibbon');
    await late.start();
    await late.stop();
    publishing.discovered.set([{ name: 'late', url: late.url }]);
    expect(await publishing.publish(TWO)).toEqual({ applied: true, rejected: [], error: null });
    const complaint = publishing.reported(({ error }) => error?.includes(late.url) === true);
    for (let waited = 0; waited < 12_000; waited += 250) {
      await publishing.services.clock.advanceAsync(250);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await complaint).toMatchObject({ applied: true });
  });

  it('show in the metrics whether they serve, as long as they are there', async () => {
    const up = () => publishing.services.metrics.snapshot().metrics.find(({ name }) => name === 'gibbon_publisher_target_up');
    await first().stop();
    await publishing.publish(ONE);
    expect([up()?.labelValues.length, [...(up()?.values ?? [])].toSorted((a, b) => a - b)]).toEqual([3, [0, 1, 1]]);
  });

  it('are waited for: without any nothing is applied', async () => {
    const alone = new Publishing({});
    expect(await alone.publish(ONE)).toEqual({
      applied: false,
      rejected: [],
      error: 'no proxy is known that could be configured',
      idle: true,
    });
    alone.discovered.standby = true;
    expect(await alone.publish(ONE)).toMatchObject({ applied: false, idle: true, expected: true });
    alone.discovered.standby = false;
    alone.discovered.set([{ name: 'first', url: first().url }]);
    expect(await alone.reported(({ applied }) => applied)).toEqual({ applied: true, rejected: [], error: null });
    await alone.end();
  });
});
