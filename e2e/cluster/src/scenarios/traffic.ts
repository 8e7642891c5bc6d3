import { echoBackend } from '@gibbon/cluster-install';
import { beforeAll, expect, it } from 'vitest';
import { conditionOf, gatewayAddress, parentCondition, type Cluster } from '../support/cluster.ts';
import { appears } from '../support/eventually.ts';
import { certificate, gateway, httpRoute, ingress, keys, namespace, stamp } from '../support/manifests.ts';
import type { KubeObject } from '../support/objects.ts';

const NAMESPACE = 'traffic';
const at = (name: string) => ({ namespace: NAMESPACE, name });
const WAIT = { timeout: 20_000 };

/** Requests from clients to pods by each kind of route, with a plugin on each. */
export function trafficScenarios(get: () => Cluster): void {
  beforeAll(async () => {
    const { api, rolledOut } = get();
    await api.apply(namespace(NAMESPACE), ...echoBackend({ ...at('echo'), replicas: 2 }));
    await rolledOut(NAMESPACE, 'echo');
  });

  it('reaches pods by an Ingress, runs its plugin, and says where it is served', async () => {
    const { api, gibbon, ask, statusOf } = get();
    await api.apply(stamp(at('on-ingress'), 'ingress'), ingress(at('web'), 'ingress.test', { plugins: 'on-ingress' }));
    await expect.poll(() => statusOf({ host: 'ingress.test' }), WAIT).toBe(200);
    const pods = new Set<string | null>();
    for (let request = 0; request < 8; request++) pods.add((await ask({ host: 'ingress.test' })).pod);
    expect(pods.size).toBe(2);
    expect((await ask({ host: 'ingress.test' })).headers['x-stamp']).toBe('ingress');
    expect(await statusOf({ host: 'other.test' })).toBe(404);
    const balancer = async () => (await api.get(keys.ingress(at('web'))))?.status?.loadBalancer?.ingress;
    await expect.poll(balancer, WAIT).toEqual([{ ip: gibbon.proxyAddress }]);
  });

  it('reaches pods by an HTTPRoute on a Gateway on the shared proxies', async () => {
    const { api, gibbon, ask, statusOf } = get();
    await api.apply(gateway(at('shared'), 'kong'), stamp(at('on-shared'), 'shared'));
    await api.apply(httpRoute(at('shared'), 'shared.test', { gateway: 'shared', plugins: 'on-shared' }));
    await expect.poll(() => statusOf({ host: 'shared.test' }), WAIT).toBe(200);
    expect((await ask({ host: 'shared.test' })).headers['x-stamp']).toBe('shared');
    await expect.poll(() => gatewayAddress(api, at('shared')), WAIT).toBe(gibbon.proxyAddress);
    await expect.poll(async () => parentCondition(await api.get(keys.httpRoute(at('shared'))), 'Accepted'), WAIT).toMatch(/^True Accepted/);
  });

  it('reaches pods by an HTTPRoute on a Gateway with proxies of its own, in its namespace', async () => {
    const { api, gibbon, ask, statusOf } = get();
    await api.apply(gateway(at('own'), 'gibbon'), stamp(at('on-own'), 'own'));
    await api.apply(httpRoute(at('own'), 'own.test', { gateway: 'own', plugins: 'on-own' }));
    const address = await appears(() => gatewayAddress(api, at('own')));
    expect(address).not.toBe(gibbon.proxyAddress);
    await expect.poll(() => statusOf({ address, host: 'own.test' }), WAIT).toBe(200);
    const answer = await ask({ address, host: 'own.test' });
    expect([answer.headers['x-stamp'], answer.pod]).toEqual(['own', expect.stringMatching(/^echo-/)]);
    // Neither sees the other's routes.
    expect(await statusOf({ address, host: 'ingress.test' })).toBe(404);
    expect(await statusOf({ host: 'own.test' })).toBe(404);
    const deployment = await api.get(keys.deployment(at('own-gibbon')));
    const owner = await api.get(keys.gateway(at('own')));
    expect(deployment?.metadata.ownerReferences).toEqual([expect.objectContaining({ uid: owner?.metadata.uid, controller: true })]);
    expect(conditionOf(owner, 'Programmed')).toMatch(/^True Programmed/);
  });

  it('serves TLS with the certificates of an Ingress and of a listener', async () => {
    const { api, ask, statusOf } = get();
    const own = { address: await appears(() => gatewayAddress(api, at('own'))), host: 'secure-own.test', tls: true };
    const shared = { host: 'secure.test', tls: true };
    await api.apply(certificate(at('for-ingress'), shared.host), certificate(at('for-listener'), own.host));
    const secured = ingress(at('secure'), shared.host) as KubeObject;
    await api.apply({ ...secured, spec: { ...secured.spec, tls: [{ hosts: [shared.host], secretName: 'for-ingress' }] } });
    const withHttps = gateway(at('own'), 'gibbon') as KubeObject;
    const tls = { certificateRefs: [{ name: 'for-listener' }] };
    const listeners = [...withHttps.spec.listeners, { name: 'https', protocol: 'HTTPS', port: 443, hostname: own.host, tls }];
    await api.apply({ ...withHttps, spec: { ...withHttps.spec, listeners } });
    await api.apply(httpRoute(at('secure'), own.host, { gateway: 'own' }));
    for (const question of [shared, own]) {
      await expect.poll(() => statusOf(question), WAIT).toBe(200);
      await expect.poll(async () => (await ask(question)).certificate, WAIT).toBe(`DNS:${question.host}`);
    }
  });
}
