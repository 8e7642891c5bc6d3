import { echoBackend } from '@gibbon/cluster-install';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Cluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { ingress, keys, namespace } from '../support/manifests.ts';
import { killContainer, podsOf, settled } from '../support/pods.ts';

const NAMESPACE = 'cache';
const at = (name: string) => ({ namespace: NAMESPACE, name });
const HOST = 'cache.test';
const WAIT = { timeout: 40_000 };

/** Proxies remember their configuration for as long as their pod lives. */
export function cacheScenarios(get: () => Cluster): void {
  const scale = async (replicas: number): Promise<void> => {
    const { api, gibbon } = get();
    await api.patch(keys.deployment({ namespace: gibbon.namespace, name: gibbon.controller }), { spec: { replicas } });
    await settled(get(), 'controller', replicas);
  };

  beforeAll(async () => {
    const { api, rolledOut, statusOf } = get();
    await api.apply(namespace(NAMESPACE), ...echoBackend(at('echo')), ingress(at('web'), HOST));
    await rolledOut(NAMESPACE, 'echo');
    await eventually(() => statusOf({ host: HOST }), 200);
    await scale(0);
  }, 90_000);

  afterAll(() => scale(2), 90_000);

  it('restarts, is ready, and serves what it served before', async () => {
    const { testbed, statusOf } = get();
    const [before] = await podsOf(get(), 'proxy');
    const restartsBefore = before?.status.containerStatuses[0].restartCount as number;
    await killContainer(testbed, before as NonNullable<typeof before>);
    const now = async () => (await podsOf(get(), 'proxy')).find(({ metadata }) => metadata.uid === before?.metadata.uid);
    await expect.poll(async () => (await now())?.status.containerStatuses[0].restartCount, WAIT).toBe(restartsBefore + 1);
    await settled(get(), 'proxy', 2);
    expect(await statusOf({ address: before?.status.podIP, port: 8000, host: HOST })).toBe(200);
  });
}
