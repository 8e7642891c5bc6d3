import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { echoBackend, installGibbon, type InstalledGibbon } from '@gibbon/cluster-install';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gatewayAddress, type Cluster } from '../support/cluster.ts';
import { appears, eventually } from '../support/eventually.ts';
import { gateway, httpRoute, ingress, keys, namespace } from '../support/manifests.ts';
import type { KubeObject } from '../support/objects.ts';

const DEPLOY = join(import.meta.dirname, '../../../../deploy');
const CONTROLLER = 'example.test/small';
const [SEEN, UNSEEN] = ['seen', 'unseen'];
const WAIT = { timeout: 40_000 };

/** A second release in the same cluster, which may see one namespace only. */
const VALUES = {
  controller: { replicas: 1, watchNamespaces: [SEEN] },
  proxy: { replicas: 1, workers: 1 },
  ingressClass: { name: 'small', controller: CONTROLLER },
  gatewayClasses: { managed: 'small-own', shared: 'small', controllerName: CONTROLLER },
};

/** Releases beside each other, and what is installed without Helm. */
export function releaseScenarios(get: () => Cluster): void {
  let small: InstalledGibbon;

  beforeAll(async () => {
    const { api, gibbon, testbed, rolledOut } = get();
    await api.apply(namespace('small'), namespace(SEEN), namespace(UNSEEN));
    for (const where of [SEEN, UNSEEN]) await api.apply(...echoBackend({ name: 'echo', namespace: where }), ...routes(where));
    const options = { namespace: 'small', release: 'small', images: gibbon.images, imagesLoaded: true, gatewayApi: null };
    small = await installGibbon(testbed, { ...options, values: VALUES });
    for (const where of [SEEN, UNSEEN]) await rolledOut(where, 'echo');
  }, 90_000);

  afterAll(async () => {
    for (const where of [SEEN, UNSEEN]) await get().api.remove(keys.gateway({ namespace: where, name: 'own' }));
    await small?.uninstall();
  }, 90_000);

  function routes(where: string): readonly object[] {
    const place = (name: string) => ({ namespace: where, name });
    const ofClass = (object: object, className: string, field: string): object => {
      const { spec, ...rest } = object as KubeObject;
      return { ...rest, spec: { ...spec, [field]: className } };
    };
    return [
      ofClass(ingress(place('web'), `${where}.small.test`), 'small', 'ingressClassName'),
      ofClass(gateway(place('own'), 'gibbon'), 'small-own', 'gatewayClassName'),
      httpRoute(place('own'), `own.${where}.small.test`, { gateway: 'own' }),
    ];
  }

  it('serves the namespace that it may see, beside a release that sees all, and not the other one', async () => {
    const { api, statusOf } = get();
    const address = small.proxyAddress;
    await eventually(() => statusOf({ address, host: 'seen.small.test' }), 200);
    const own = await appears(() => gatewayAddress(api, { namespace: SEEN, name: 'own' }));
    await eventually(() => statusOf({ address: own, host: 'own.seen.small.test' }), 200);
    const shown = async () => (await api.get(keys.ingress({ namespace: SEEN, name: 'web' })))?.status?.loadBalancer?.ingress;
    await expect.poll(shown, WAIT).toEqual([{ ip: address }]);
    expect(await statusOf({ address, host: 'unseen.small.test' })).toBe(404);
    expect(await statusOf({ host: 'seen.small.test' })).toBe(404);
    expect(await gatewayAddress(api, { namespace: UNSEEN, name: 'own' })).toBeNull();
    expect(await small.logs('controller')).not.toMatch(/forbidden|by somebody/);
  });

  it('is installed by kubectl as well: the API server takes the plain manifests', async () => {
    const { testbed } = get();
    await testbed.kubectl(['create', 'namespace', 'plain']);
    const manifests = readFileSync(join(DEPLOY, 'manifests/gibbon.yaml'), 'utf8').replaceAll(/namespace: gibbon$/gm, 'namespace: plain');
    const files = ['crds.yaml', 'gateway-classes.yaml'].flatMap((name) => ['-f', join(DEPLOY, 'manifests', name)]);
    const dryRun = ['apply', '--server-side', '--force-conflicts', '--dry-run=server', '--validate=strict'];
    const said = await testbed.kubectl([...dryRun, ...files, '-f', '-'], { input: manifests });
    expect(said).toContain('deployment.apps/gibbon-proxy serverside-applied (server dry run)');
  });
}
