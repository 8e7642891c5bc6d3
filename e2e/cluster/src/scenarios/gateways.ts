import { echoBackend } from '@gibbon/cluster-install';
import { beforeAll, expect, it } from 'vitest';
import { gatewayAddress, type Cluster } from '../support/cluster.ts';
import { appears } from '../support/eventually.ts';
import { gateway, httpRoute, keys, namespace } from '../support/manifests.ts';

const TENANTS = ['tenant-a', 'tenant-b'] as const;
const HOST = 'shop.test';
const WAIT = { timeout: 20_000 };
const web = (tenant: string) => ({ namespace: tenant, name: 'web' });

/** Gateways with proxies of their own: apart from each other, and changing while they serve. */
export function gatewayScenarios(get: () => Cluster): void {
  const addresses: Record<string, string> = {};

  beforeAll(async () => {
    const { api, rolledOut } = get();
    for (const tenant of TENANTS) await api.apply(namespace(tenant), ...echoBackend({ namespace: tenant, name: `echo-of-${tenant}` }));
    for (const tenant of TENANTS) {
      await api.apply(gateway(web(tenant), 'gibbon'), httpRoute(web(tenant), HOST, { backend: `echo-of-${tenant}` }));
    }
    for (const tenant of TENANTS) {
      await rolledOut(tenant, `echo-of-${tenant}`);
      addresses[tenant] = await appears(() => gatewayAddress(api, web(tenant)));
    }
  }, 90_000);

  it('keeps two with equal host names in two namespaces apart', async () => {
    const { api, ask, statusOf } = get();
    expect(new Set(Object.values(addresses)).size).toBe(2);
    for (const tenant of TENANTS) {
      const address = addresses[tenant] as string;
      await expect.poll(() => statusOf({ address, host: HOST }), WAIT).toBe(200);
      expect((await ask({ address, host: HOST })).pod).toMatch(new RegExp(`^echo-of-${tenant}-`));
    }
    // A route of one tenant for another's Gateway is not served: its listeners would have to allow it.
    const closed = gateway(web('tenant-b'), 'gibbon') as any;
    closed.spec.listeners[0].allowedRoutes = { namespaces: { from: 'Same' } };
    await api.apply(closed);
    const intruder = { namespace: 'tenant-a', name: 'intruder' };
    const backend = 'echo-of-tenant-a';
    await api.apply(httpRoute(intruder, 'intruder.test', { gatewayNamespace: 'tenant-b', backend }));
    const accepted = async () => (await api.get(keys.httpRoute(intruder)))?.status?.parents?.[0]?.conditions?.[0];
    await expect.poll(accepted, WAIT).toMatchObject({ type: 'Accepted', status: 'False', reason: 'NotAllowedByListeners' });
    expect(await statusOf({ address: addresses['tenant-b'] as string, host: 'intruder.test' })).toBe(404);
    await api.remove(keys.httpRoute(intruder));
  });

  it('opens and closes listeners while the others serve, without a restart', async () => {
    const { api, statusOf } = get();
    const address = addresses['tenant-a'] as string;
    const pods = async () => (await api.list(keys.pod(web('tenant-a')), 'tenant-a')).map(({ metadata }) => metadata.name).sort();
    const before = await pods();
    await api.apply(gateway(web('tenant-a'), 'gibbon', [80, 8080]));
    await expect.poll(() => statusOf({ address, port: 8080, host: HOST }), WAIT).toBe(200);
    await api.apply(gateway(web('tenant-a'), 'gibbon', [80]));
    await expect.poll(() => statusOf({ address, port: 8080, host: HOST }), WAIT).not.toBe(200);
    expect(await statusOf({ address, host: HOST })).toBe(200);
    expect(await pods()).toEqual(before);
  });

  it('takes everything of a Gateway away with it', async () => {
    const { api } = get();
    await api.remove(keys.gateway(web('tenant-b')));
    const left = async () => {
      const kinds = [keys.deployment, keys.service, keys.pod].map((key) => key(web('tenant-b')));
      const objects = (await Promise.all(kinds.map((kind) => api.list(kind, 'tenant-b')))).flat();
      return objects.map(({ kind, metadata }) => `${kind ?? ''} ${metadata.name}`).filter((name) => name.includes('web'));
    };
    await expect.poll(left, { timeout: 40_000 }).toEqual([]);
  });
}
