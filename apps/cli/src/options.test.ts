import { describe, expect, test } from 'vitest';
import { controllerOptionsOf } from './options.ts';
import { resolveSettings } from './resolve.ts';

function options(flags: Record<string, string | string[] | boolean>, environment: Record<string, string> = {}) {
  const resolved = resolveSettings('controller', flags, environment);
  if (!resolved.ok) throw new Error(resolved.problems.join('\n'));
  return controllerOptionsOf(resolved.values);
}

describe('the options of a controller', () => {
  test('say what is served, and leave out what is not set', () => {
    expect(options({ manifests: 'm' })).toMatchObject({
      cluster: null,
      settings: {
        ingressClass: 'kong',
        clusterDomain: '',
        drainSupport: false,
        gatewayControllerNames: ['gibbon.dev/gateway-controller'],
      },
    });
    const { settings } = options({});
    expect(['gatewayPorts', 'publishService', 'publishStatusAddresses'].filter((key) => key in settings)).toEqual([]);
  });

  test("are those of the reference controller's variables", () => {
    const { settings, cluster } = options(
      { kubernetes: true },
      {
        CONTROLLER_PUBLISH_SERVICE: 'kong/proxy.lb',
        CONTROLLER_PUBLISH_STATUS_ADDRESS: '192.0.2.1, lb.example.com',
        CONTROLLER_UPDATE_STATUS: 'false',
        CONTROLLER_GATEWAY_API_CONTROLLER_NAME: 'konghq.com/kic-gateway-controller',
        CONTROLLER_CLUSTER_DOMAIN: 'cluster.local',
        CONTROLLER_ENABLE_DRAIN_SUPPORT: 'true',
      },
    );
    expect(settings).toMatchObject({
      publishService: { namespace: 'kong', name: 'proxy.lb' },
      publishStatusAddresses: ['192.0.2.1', 'lb.example.com'],
      gatewayControllerNames: ['konghq.com/kic-gateway-controller'],
      clusterDomain: 'cluster.local',
      drainSupport: true,
    });
    expect(cluster?.updateStatus).toBe(false);
    expect(options({ kubernetes: true }).cluster?.updateStatus).toBe(true);
  });

  test('have the ports of Gateways with those of the proxies behind them', () => {
    expect(options({ 'gateway-ports': ['http:80:8000', 'HTTPS:443'] }).settings.gatewayPorts).toEqual([
      { protocol: 'HTTP', port: 80, proxyPort: 8000 },
      { protocol: 'HTTPS', port: 443 },
    ]);
  });

  test('read the namespace of the published Service beside the watched ones', () => {
    const namespacesOf = (flags: Record<string, string | string[] | boolean>) =>
      (options({ kubernetes: true, ...flags }).sources[0]?.config as { namespaces: string[] } | undefined)?.namespaces;
    expect(namespacesOf({ 'publish-service': 'kong/proxy' })).toEqual([]);
    expect(namespacesOf({ 'publish-service': 'kong/proxy', 'watch-namespaces': ['a', 'kong'] })).toEqual(['a', 'kong']);
    expect(namespacesOf({ 'publish-service': 'kong/proxy', 'watch-namespaces': ['a'] })).toEqual(['a', 'kong']);
  });

  test('answer probes and scrapers on loopback where they serve a cluster, and where they are told to', () => {
    expect(options({ manifests: 'm' }).operation).toEqual({ health: null, metrics: null, diagnostics: null, dumpSensitive: false });
    expect(options({ kubernetes: true }).operation).toEqual({
      health: { host: '127.0.0.1', port: 10_254, required: false },
      metrics: { host: '127.0.0.1', port: 10_255, required: false },
      diagnostics: null,
      dumpSensitive: false,
    });
    expect(options({ 'diagnostics-listen': '127.0.0.1:10256', 'dump-sensitive-config': true }).operation).toMatchObject({
      diagnostics: { host: '127.0.0.1', port: 10_256, required: true },
      dumpSensitive: true,
    });
    const { operation } = options(
      { kubernetes: true },
      { CONTROLLER_HEALTH_PROBE_BIND_ADDRESS: ':10254', CONTROLLER_METRICS_BIND_ADDRESS: '0' },
    );
    expect(operation).toMatchObject({ health: { host: '', port: 10_254, required: true }, metrics: null });
  });
});
