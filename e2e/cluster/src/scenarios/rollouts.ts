import { echoBackend } from '@gibbon/cluster-install';
import { beforeAll, expect, it } from 'vitest';
import { underLoad } from '../load/start.ts';
import type { LoadTarget } from '../load/report.ts';
import { gatewayAddress, type Cluster } from '../support/cluster.ts';
import { appears, eventually } from '../support/eventually.ts';
import { gateway, httpRoute, ingress, keys, namespace } from '../support/manifests.ts';
import { goneAway, podsOf } from '../support/pods.ts';

const NAMESPACE = 'rollouts';
const at = (name: string) => ({ namespace: NAMESPACE, name });
const WAIT = { timeout: 40_000 };

/** Everything that a deployment does to backends and proxies, without one failed request. */
export function rolloutScenarios(get: () => Cluster): void {
  let shared: Partial<LoadTarget>;
  let own: Partial<LoadTarget>;

  beforeAll(async () => {
    const { api, gibbon, rolledOut, statusOf } = get();
    await api.apply(namespace(NAMESPACE), ...echoBackend({ ...at('echo'), replicas: 2 }), ingress(at('shared'), 'shared.rollouts.test'));
    await api.apply(gateway(at('own'), 'gibbon'), httpRoute(at('own'), 'own.rollouts.test', { gateway: 'own' }));
    await rolledOut(NAMESPACE, 'echo');
    shared = { address: gibbon.proxyAddress, host: 'shared.rollouts.test' };
    own = { address: await appears(() => gatewayAddress(api, at('own'))), host: 'own.rollouts.test' };
    for (const { address, host } of [shared, own] as LoadTarget[]) await eventually(() => statusOf({ address, host }), 200);
  }, 90_000);

  /** Done when all pods answer and no others are there. */
  async function scale(replicas: number): Promise<void> {
    const { api, ask, rolledOut } = get();
    await api.patch(keys.deployment(at('echo')), { spec: { replicas } });
    await rolledOut(NAMESPACE, 'echo');
    const gone = async () => (await api.list(keys.pod(at('')), NAMESPACE, 'app=echo')).length;
    await expect.poll(gone, WAIT).toBe(replicas);
    const answering = new Set<string | null>();
    await eventually(async () => answering.add((await ask({ host: 'shared.rollouts.test' })).pod).size >= replicas, true);
  }

  it('backend scaled up and down, then updated: no request fails, all pods take part', async () => {
    const { api, testbed, rolledOut } = get();
    const report = await underLoad(testbed, [shared, own], async () => {
      await scale(4);
      await scale(1);
      const again = { spec: { template: { metadata: { annotations: { again: String(Date.now()) } } } } };
      await api.patch(keys.deployment(at('echo')), again);
      await rolledOut(NAMESPACE, 'echo');
      await scale(2);
    });
    process.stdout.write(`backend scaled and updated: ${report.requests} requests, slowest ${report.slowestMs} ms\n`);
    expect(report.failures).toEqual([]);
    expect(Object.keys(report.pods).length).toBeGreaterThanOrEqual(6);
  });

  it('rolling update of the shared proxies: no request fails', async () => {
    const { testbed, gibbon } = get();
    const report = await underLoad(testbed, [shared], async () => {
      const before = await podsOf(get(), 'proxy');
      await gibbon.upgrade({ proxy: { podAnnotations: { again: String(Date.now()) } } });
      await goneAway(get(), gibbon.namespace, before);
    });
    process.stdout.write(`shared proxies updated: ${report.requests} requests, slowest ${report.slowestMs} ms\n`);
    expect(report.failures).toEqual([]);
  });

  it("rolling update of a Gateway's own proxies: no request fails", async () => {
    const { api, testbed, rolledOut } = get();
    const before = (await api.list(keys.pod(at('')), NAMESPACE)).filter(({ metadata }) => metadata.name.startsWith('own-gibbon-'));
    expect(before).toHaveLength(1);
    const report = await underLoad(testbed, [own], async () => {
      await testbed.kubectl(['-n', NAMESPACE, 'rollout', 'restart', 'deployment/own-gibbon']);
      await rolledOut(NAMESPACE, 'own-gibbon');
      await goneAway(get(), NAMESPACE, before);
    });
    process.stdout.write(`own proxies updated: ${report.requests} requests, slowest ${report.slowestMs} ms\n`);
    expect(report.failures).toEqual([]);
  });
}
