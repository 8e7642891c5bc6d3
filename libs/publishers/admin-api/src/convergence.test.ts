import type { Configuration } from '@gibbon/contracts/entities';
import { emptyConfiguration } from '@gibbon/model';
import { testRoute, testService } from '@gibbon/testing-contract-kits';
import { seededRandom } from '@gibbon/time';
import { expect, it } from 'vitest';
import { FakeProxy } from './testing/fake-proxy.ts';
import { Publishing } from './testing/publishing.ts';

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** What proxies go through between two changes. */
const EVENTS: readonly ((proxy: FakeProxy) => unknown)[] = [
  () => undefined,
  (proxy) => proxy.lose(),
  (proxy) => proxy.stop(),
  // As a process that was killed and started again.
  async (proxy) => {
    await proxy.stop();
    proxy.lose();
    await proxy.start();
  },
];

it.each([1, 2, 3, 4, 5, 6])('brings all proxies to the last configuration, whatever they go through (seed %i)', async (seed) => {
  const random = seededRandom(seed);
  const below = (n: number): number => Math.floor(random.float() * n);
  const configuration = (): Configuration => {
    // One in six has a port that no proxy takes.
    const services = [1, 2, 3, 4]
      .filter(() => below(3) > 0)
      .map((n) => testService({ id: id(n), name: `s${n}`, port: below(6) === 0 ? -1 : 80 + below(3) }));
    const routes = services
      .filter(() => below(2) === 0)
      .map((service, index) => testRoute({ id: id(10 + index), name: `r${index}`, service: { id: service.id } }));
    return { ...emptyConfiguration(), services, routes };
  };
  const planes = ['', '', 'red', 'red', 'blue'];
  const proxies = await Promise.all(planes.map((_, index) => new FakeProxy(index === 1 ? 'kong' : 'gibbon').start()));
  const publishing = new Publishing({});
  publishing.discovered.set(proxies.map(({ url }, index) => ({ name: `proxy-${index}`, url, plane: planes[index] ?? '' })));
  for (let step = 0; step < 15; step++) {
    for (const proxy of proxies) await EVENTS[below(12)]?.(proxy);
    const changed = ['red', 'blue'].filter(() => below(2) === 0).map((plane) => [plane, below(5) === 0 ? null : configuration()]);
    const shared = below(2) === 0 ? undefined : configuration();
    await publishing.publishPlanes(Object.fromEntries(changed) as Record<string, Configuration | null>, shared);
  }
  await Promise.all(proxies.map(async (proxy) => (await proxy.stop(), proxy.start())));
  const last: Configuration = {
    ...emptyConfiguration(),
    services: [1, 2].map((n) => testService({ id: id(n), name: `s${n}` })),
    routes: [testRoute({ id: id(10), service: { id: id(1) } })],
  };
  await publishing.publishPlanes({ red: last, blue: last }, last);
  await expect
    .poll(async () => {
      await publishing.services.clock.advanceAsync(500);
      return proxies.map(({ served }) =>
        [...served.services, ...served.routes]
          .map((entity) => [entity.id, 'port' in entity ? entity.port : 0].join(':'))
          .toSorted((a, b) => a.localeCompare(b)),
      );
    })
    .toEqual(proxies.map(() => [`${id(1)}:80`, `${id(2)}:80`, `${id(10)}:0`]));
  await publishing.end();
  await Promise.all(proxies.map((proxy) => proxy.stop()));
  expect(publishing.services.clock.pending).toBe(0);
});
