import { echoBackend } from '@gibbon/cluster-install';
import { beforeAll, expect, it } from 'vitest';
import type { LoadReport } from '../load/report.ts';
import { underLoad } from '../load/start.ts';
import type { Cluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { ingress, keys, namespace } from '../support/manifests.ts';
import { goneAway, killContainer, podsOf, settled } from '../support/pods.ts';

const NAMESPACE = 'outages';
const at = (name: string) => ({ namespace: NAMESPACE, name });
const HOST = 'outages.test';
const WAIT = { timeout: 40_000 };

/** Parts that fail while requests come in: traffic goes on, and what changed meanwhile arrives. */
export function failureScenarios(get: () => Cluster): void {
  beforeAll(async () => {
    const { api, rolledOut, statusOf } = get();
    await api.apply(namespace(NAMESPACE), ...echoBackend({ ...at('echo'), replicas: 2 }), ingress(at('web'), HOST));
    await rolledOut(NAMESPACE, 'echo');
    await eventually(() => statusOf({ host: HOST }), 200);
  });

  function load(during: () => Promise<unknown>): Promise<LoadReport> {
    const { testbed, gibbon } = get();
    return underLoad(testbed, [{ address: gibbon.proxyAddress, host: HOST }], during);
  }

  /** A new route is served on every proxy, and a status is written: all parts work together again. */
  async function converges(name: string): Promise<void> {
    const { api, statusOf } = get();
    const host = `${name}.outages.test`;
    await api.apply(ingress(at(name), host));
    await expect.poll(() => statusOf({ host }), WAIT).toBe(200);
    for (const pod of await podsOf(get(), 'proxy')) {
      await expect.poll(() => statusOf({ address: pod.status.podIP, port: 8000, host }), WAIT).toBe(200);
    }
    await expect.poll(async () => (await api.get(keys.ingress(at(name))))?.status?.loadBalancer?.ingress?.length, WAIT).toBe(1);
  }

  it('all controllers deleted at once', async () => {
    const { api, gibbon } = get();
    const report = await load(async () => {
      const controllers = await podsOf(get(), 'controller');
      for (const { metadata } of controllers) await api.remove(keys.pod({ namespace: gibbon.namespace, name: metadata.name }));
      await goneAway(get(), gibbon.namespace, controllers);
      await settled(get(), 'controller', 2);
      await converges('controllers-deleted');
    });
    expect(report.failures).toEqual([]);
  });

  it('the controller that leads is killed: another one takes over', async () => {
    const { api, gibbon, testbed } = get();
    const report = await load(async () => {
      const leader = async () => {
        const leases = await api.list(keys.lease(at('')), gibbon.namespace);
        return String(leases[0]?.spec.holderIdentity);
      };
      const before = await leader();
      const pod = (await podsOf(get(), 'controller')).find(({ metadata }) => before.startsWith(metadata.name));
      expect(pod).toBeDefined();
      await killContainer(testbed, pod as NonNullable<typeof pod>);
      await expect.poll(leader, WAIT).not.toBe(before);
      await converges('leader-killed');
      await settled(get(), 'controller', 2);
    });
    expect(report.failures).toEqual([]);
  });

  it('the API server goes and comes back', async () => {
    const { api, ask, rolledOut, testbed } = get();
    const report = await load(async () => {
      await testbed.stopComponent('kube-apiserver');
      await expect.poll(() => api.ready(), WAIT).toBe(false);
      await testbed.startComponent('kube-apiserver');
      await expect.poll(() => api.ready(), WAIT).toBe(true);
      await converges('api-server-back');
      // Backends that change afterwards are followed: the watches are alive.
      await api.patch(keys.deployment(at('echo')), { spec: { replicas: 3 } });
      await rolledOut(NAMESPACE, 'echo');
      const seen = new Set<string | null>();
      await expect.poll(async () => seen.add((await ask({ host: HOST })).pod).size, WAIT).toBe(3);
    });
    expect(report.failures).toEqual([]);
  });

  it('a proxy is deleted: the others serve, and its successor begins with everything', async () => {
    const { api, gibbon } = get();
    const report = await load(async () => {
      const [proxy] = await podsOf(get(), 'proxy');
      await api.remove(keys.pod({ namespace: gibbon.namespace, name: proxy?.metadata.name ?? '' }));
      await goneAway(get(), gibbon.namespace, proxy === undefined ? [] : [proxy]);
      await settled(get(), 'proxy', 2);
      await converges('proxy-deleted');
    });
    expect(report.failures).toEqual([]);
  });

  it('a proxy is killed: only connections to it are lost, and it never answers before it knows its routes', async () => {
    const { testbed } = get();
    const report = await load(async () => {
      const [proxy] = await podsOf(get(), 'proxy');
      await killContainer(testbed, proxy as NonNullable<typeof proxy>);
      const restarts = async () =>
        (await podsOf(get(), 'proxy')).reduce((sum, { status }) => sum + status.containerStatuses[0].restartCount, 0);
      await expect.poll(restarts, WAIT).toBeGreaterThan(0);
      await settled(get(), 'proxy', 2);
      await converges('proxy-killed');
    });
    process.stdout.write(`a proxy killed: ${report.failed} of ${report.requests} requests lost\n`);
    expect(
      report.failures.filter(({ what }) => !/^(?:ECONNRESET|ECONNREFUSED|EPIPE|socket hang up|the body ended early)$/.test(what)),
    ).toEqual([]);
    expect(report.failed).toBeLessThan(report.requests / 4);
  });
}
