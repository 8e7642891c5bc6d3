import { echoBackend } from '@gibbon/cluster-install';
import { afterAll, beforeAll, describe } from 'vitest';
import { backendTests } from '../gateway-api/backends.ts';
import { at, NAMESPACE, SECURE_PORTS, WEB, webGateway } from '../gateway-api/fixture.ts';
import { hostTests } from '../gateway-api/hosts.ts';
import { statusTests } from '../gateway-api/statuses.ts';
import { gatewayAddress, type Cluster } from '../support/cluster.ts';
import { appears } from '../support/eventually.ts';
import { certificate, namespace } from '../support/manifests.ts';

const NAMESPACE_KEY = { apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE };

/**
 * What v1.7 of the Gateway API's conformance suite tests of the claimed features and v1.6 does not.
 * @see https://github.com/kubernetes-sigs/gateway-api/tree/v1.7.0/conformance/tests
 */
export function gatewayApiScenarios(get: () => Cluster): void {
  beforeAll(async () => {
    const { api, rolledOut } = get();
    const secrets = SECURE_PORTS.map((port) => certificate(at(`port-${port}`), `port-${port}.test`));
    await api.apply(namespace(NAMESPACE), ...secrets, webGateway());
    for (const name of ['echo', 'second']) await api.apply(...echoBackend(at(name)));
    for (const name of ['echo', 'second']) await rolledOut(NAMESPACE, name);
    await appears(() => gatewayAddress(api, WEB), 60_000);
  }, 120_000);

  afterAll(async () => get()?.api.remove(NAMESPACE_KEY), 30_000);

  describe('statuses', () => statusTests(get));
  describe('host names', () => hostTests(get));
  describe('backends', () => backendTests(get));
}
