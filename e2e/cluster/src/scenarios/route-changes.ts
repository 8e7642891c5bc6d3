import { echoBackend } from '@gibbon/cluster-install';
import { beforeAll, expect, it } from 'vitest';
import { underLoad } from '../load/start.ts';
import type { Cluster } from '../support/cluster.ts';
import { gateway, httpRoute, keys, namespace } from '../support/manifests.ts';
import type { WatchEvent } from '../support/kube-api.ts';

const NAMESPACE = 'changes';
const at = (name: string) => ({ namespace: NAMESPACE, name });
const WAIT = { timeout: 60_000 };
const ROUTES = 1000;
/** Writes of a Gateway's status that 1,000 routes may cost; the fewest published for another implementation are 15, the most 1,403. */
const WRITES = 100;
const CHANGES = 20;
const CHANGE_MS = 200;
const SAME_TIME = 16;

/** @see https://github.com/howardjohn/gateway-api-bench the scenarios that can be judged by counting. */
export function routeChangeScenarios(get: () => Cluster): void {
  beforeAll(async () => {
    const { api, rolledOut } = get();
    await api.apply(namespace(NAMESPACE), ...echoBackend({ ...at('echo'), ports: [80, 8080] }), gateway(at('web'), 'kong'));
    await rolledOut(NAMESPACE, 'echo');
  });

  const attached = (event: WatchEvent): number | undefined => event.object.status?.listeners?.[0]?.attachedRoutes;

  it(`counts ${ROUTES} routes right as they come and go, with few writes`, async () => {
    const { api } = get();
    const seen: number[] = [];
    const count = async () => (await api.get(keys.gateway(at('web'))))?.status?.listeners?.[0]?.attachedRoutes;
    await expect.poll(count, WAIT).toBe(0);
    const watch = await api.watch(
      keys.gateway(at('web')),
      (event) => void (attached(event) !== undefined && seen.push(attached(event) as number)),
    );
    const startedAt = performance.now();
    const indexes = Array.from({ length: ROUTES }, (_, index) => index);
    const workers = Array.from({ length: SAME_TIME }, async () => {
      for (let index = indexes.pop(); index !== undefined; index = indexes.pop())
        await api.apply(httpRoute(at(`r${index}`), `r${index}.changes.test`, { backend: 'absent' }));
    });
    await Promise.all(workers);
    const createdAt = performance.now();
    await expect.poll(count, { ...WAIT, interval: 20 }).toBe(ROUTES);
    const countedAt = performance.now();
    await api.removeAll(keys.httpRoute(at('')), NAMESPACE);
    const removedAt = performance.now();
    await expect.poll(count, { ...WAIT, interval: 20 }).toBe(0);
    const endedAt = performance.now();
    watch.stop();
    const seconds = (from: number, to: number): string => `${((to - from) / 1000).toFixed(1)} s`;
    process.stdout.write(
      `${ROUTES} routes created in ${seconds(startedAt, createdAt)}, all counted ${seconds(createdAt, countedAt)} later; ` +
        `removed in ${seconds(countedAt, removedAt)}, none counted ${seconds(removedAt, endedAt)} later; ${seen.length - 1} writes of the status\n`,
    );
    expect(Math.max(...seen)).toBe(ROUTES);
    expect(seen.length - 1).toBeLessThan(WRITES);
  });

  it('serves every request while its route changes', async () => {
    const { api, gibbon, testbed, statusOf } = get();
    const host = 'changing.changes.test';
    const version = (number: number): object => {
      const add = [{ name: 'x-version', value: String(number) }];
      const filters = number % 2 === 0 ? [] : [{ type: 'ResponseHeaderModifier', responseHeaderModifier: { add } }];
      const rules = [{ filters, backendRefs: [{ name: 'echo', port: number % 4 < 2 ? 80 : 8080 }] }];
      return httpRoute(at('changing'), host, { rules });
    };
    await api.apply(version(0));
    await expect.poll(() => statusOf({ host }), WAIT).toBe(200);
    const report = await underLoad(
      testbed,
      [{ address: gibbon.proxyAddress, host }],
      async () => {
        for (let number = 1; number <= CHANGES; number++) {
          await api.apply(version(number));
          await new Promise((resolve) => setTimeout(resolve, CHANGE_MS));
        }
      },
      { kept: 4, fresh: 2, pauseMs: 0 },
    );
    process.stdout.write(`${CHANGES} changes of a route: ${report.requests} requests, slowest ${report.slowestMs} ms\n`);
    expect(report.failures).toEqual([]);
    expect(report.requests).toBeGreaterThan(200);
  });

  it('leaves entries of other controllers in a status alone', async () => {
    const { api } = get();
    const key = keys.httpRoute(at('changing'));
    const parentRef = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'another' };
    const condition = { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'mine', lastTransitionTime: '2026-01-01T00:00:00Z' };
    const foreign = { parentRef, controllerName: 'example.test/other', conditions: [{ ...condition, observedGeneration: 1 }] };
    const parents = (await api.get(key))?.status?.parents ?? [];
    expect(parents).toHaveLength(1);
    await api.patch(key, { status: { parents: [...parents, foreign] } }, 'status');
    // A change that makes the controller write its own entry anew, twice.
    for (const backend of ['absent', 'echo']) {
      await api.apply(httpRoute(at('changing'), 'changing.changes.test', { backend }));
      const expected = backend === 'absent' ? 'False' : 'True';
      const resolved = async () => {
        const route = await api.get(key);
        const own = route?.status?.parents?.find((parent: any) => parent.controllerName !== foreign.controllerName);
        const refs = own?.conditions?.find((each: any) => each.type === 'ResolvedRefs');
        return [refs?.status, refs?.observedGeneration === route?.metadata.generation];
      };
      await expect.poll(resolved, WAIT).toEqual([expected, true]);
    }
    const after = (await api.get(key))?.status?.parents ?? [];
    expect(after).toHaveLength(2);
    expect(after.find((parent: any) => parent.controllerName === foreign.controllerName)).toEqual(foreign);
    await api.remove(key);
  });
}
