import { echoBackend } from '@gibbon/cluster-install';
import { beforeAll, expect, it } from 'vitest';
import { gatewayAddress, type Cluster } from '../support/cluster.ts';
import { appears } from '../support/eventually.ts';
import { gateway, httpRoute, keys, namespace } from '../support/manifests.ts';
import type { KubeObject } from '../support/objects.ts';
import { podsOf, usedHeapBytes } from '../support/pods.ts';

const NAMESPACE = 'leaks';
const at = (name: string) => ({ namespace: NAMESPACE, name });
const WAIT = { timeout: 60_000 };
const ROUTES = 150;
const ROUNDS = 4;
/** Of a heap without garbage, in bytes, after rounds of the same: caches fill, and routes that are gone take nothing. */
const GROWTH = 3 * 2 ** 20;

/** After everything: objects, election records, and memory. */
export function leakScenarios(get: () => Cluster): void {
  let address: string;

  beforeAll(async () => {
    const { api, rolledOut } = get();
    await api.apply(namespace(NAMESPACE), ...echoBackend(at('echo')), gateway(at('web'), 'gibbon'));
    await rolledOut(NAMESPACE, 'echo');
    address = await appears(() => gatewayAddress(api, at('web')));
  }, 90_000);

  it('routes that come and go leave no memory behind, in controllers and proxies', async () => {
    const { api, testbed, statusOf } = get();
    const [proxy] = (await api.list(keys.pod(at('')), NAMESPACE)).filter(({ metadata }) => metadata.name.startsWith('web-gibbon-'));
    const pods = [...(await podsOf(get(), 'controller')), proxy as NonNullable<typeof proxy>];
    const memory = () => Promise.all(pods.map((pod) => usedHeapBytes(testbed, pod)));
    const round = async (number: number): Promise<void> => {
      const host = (index: number): string => `r${number}-${index}.leaks.test`;
      const indexes = Array.from({ length: ROUTES }, (_, index) => index);
      await Promise.all(indexes.map((index) => api.apply(httpRoute(at(`r${index}`), host(index)))));
      await expect.poll(() => statusOf({ address, host: host(ROUTES - 1) }), WAIT).toBe(200);
      await api.removeAll(keys.httpRoute(at('')), NAMESPACE);
      await expect.poll(() => statusOf({ address, host: host(ROUTES - 1) }), WAIT).toBe(404);
    };
    await round(0);
    const before = await memory();
    for (let number = 1; number <= ROUNDS; number++) await round(number);
    const after = await memory();
    const inMiB = (bytes: readonly number[]): string => bytes.map((each) => (each / 2 ** 20).toFixed(1)).join(', ');
    process.stdout.write(
      `heaps of 2 controllers and a proxy: ${inMiB(before)} MiB, after ${ROUNDS * ROUTES} routes more ${inMiB(after)} MiB\n`,
    );
    for (const [index, bytes] of after.entries()) expect(bytes).toBeLessThan((before[index] as number) + GROWTH);
  });

  it('Gateways that are deleted leave no object behind', async () => {
    const { api, gibbon, testbed } = get();
    for (const place of await gateways()) await api.remove(keys.gateway(place));
    const owned = 'gibbon.dev/gateway-uid';
    const kinds = ['deployments', 'services', 'serviceaccounts', 'secrets', 'endpointslices', 'pods', 'leases', 'roles', 'rolebindings'];
    const left = () => testbed.kubectl(['get', kinds.join(), '--all-namespaces', '--selector', owned, '--output', 'name']);
    await expect.poll(left, WAIT).toBe('');
    const leases = await api.list(keys.lease(at('')), gibbon.namespace);
    expect(leases.map(({ metadata }) => metadata.name)).toHaveLength(1);
  });

  async function gateways(): Promise<readonly { readonly namespace: string; readonly name: string }[]> {
    const found: readonly KubeObject[] = await get().api.list(keys.gateway(at('')));
    return found.map(({ metadata }) => ({ namespace: metadata.namespace ?? '', name: metadata.name }));
  }
}
