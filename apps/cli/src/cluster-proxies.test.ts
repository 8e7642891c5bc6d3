import { describe, expect, it } from 'vitest';
import { clusterProxiesOf, clusterProxiesProblem, hasClusterProxies } from './cluster-proxies.ts';
import { resolveSettings, type Values } from './resolve.ts';

function values(flags: Record<string, string | string[] | boolean>, environment: Record<string, string> = {}): Values {
  const resolved = resolveSettings('controller', { kubernetes: true, ...flags }, environment);
  if (!resolved.ok) throw new Error(resolved.problems.join('\n'));
  return resolved.values;
}

const MANAGED = { 'managed-gateways': true, 'managed-proxy-image': 'proxy:1' };

describe('proxies of a cluster', () => {
  it('are none unless a setting asks for them', () => {
    expect([hasClusterProxies(values({})), clusterProxiesOf(values({})), clusterProxiesProblem(values({}))]).toEqual([false, null, null]);
  });

  it("are found by the reference controller's variables, with the names that its certificates have", () => {
    const environment = { CONTROLLER_KONG_ADMIN_SVC: 'kong/admin', CONTROLLER_KONG_ADMIN_SVC_PORT_NAMES: 'one, two' };
    expect(clusterProxiesOf(values({ 'watch-namespaces': ['a', 'b'] }, environment))).toMatchObject({
      service: { namespace: 'kong', name: 'admin', portNames: ['one', 'two'], servername: 'pod.admin.kong.svc', usesIdentity: false },
      managed: null,
      identitySecret: '',
      namespaces: ['a', 'b'],
    });
  });

  it('have the ports of Kong and of Gibbon, those with TLS first', () => {
    const { service } = clusterProxiesOf(values({ 'proxy-service': 'kong/admin', 'publish-servername': 'own.test' })) ?? {};
    expect(service).toMatchObject({ portNames: ['admin-tls', 'kong-admin-tls', 'admin', 'kong-admin'], servername: null });
  });

  it('know the controller by a Secret where one is named', () => {
    const named = clusterProxiesOf(values({ 'proxy-service': 'kong/admin', 'admin-identity-secret': 'own' }));
    expect(named).toMatchObject({ identitySecret: 'own', service: { usesIdentity: true } });
  });

  it('are made for Gateways, and always know the controller by certificates then', () => {
    expect(clusterProxiesOf(values({ ...MANAGED, 'log-level': 'debug' }))).toEqual({
      service: null,
      managed: { image: 'proxy:1', imagePullPolicy: null, imagePullSecrets: [], replicas: null, workers: 0, logLevel: 'debug' },
      identitySecret: 'gibbon-admin-identity',
      namespaces: [],
    });
    expect(clusterProxiesOf(values({ ...MANAGED, 'proxy-service': 'kong/admin' }))).toMatchObject({ service: { usesIdentity: false } });
  });

  it('are made as settings say', () => {
    const flags = {
      ...MANAGED,
      'managed-proxy-pull-policy': 'Never',
      'managed-proxy-pull-secret': ['one', 'two'],
      'managed-proxy-replicas': '3',
      'managed-proxy-workers': '2',
    };
    expect(clusterProxiesOf(values(flags))?.managed).toMatchObject({
      imagePullPolicy: 'Never',
      imagePullSecrets: ['one', 'two'],
      replicas: 3,
      workers: 2,
    });
  });

  it.each([
    [{ 'proxy-service': 'kong/admin', kubernetes: false }, '--proxy-service goes with --kubernetes'],
    [{ ...MANAGED, kubernetes: false }, '--managed-gateways goes with --kubernetes'],
    [{ ...MANAGED, once: true }, '--once goes with --publish URL or --output FILE'],
    [{ 'managed-gateways': true }, '--managed-proxy-image IMAGE is missing'],
    [{ 'proxy-certificate-secret': 'tls', 'proxy-service': 'kong/admin', kubernetes: true }, '--admin-identity-secret'],
  ])('lack something with %o', (flags, problem) => {
    expect(clusterProxiesProblem(values(flags))).toContain(problem);
  });
});
