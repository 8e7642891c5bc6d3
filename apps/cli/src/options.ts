import { availableParallelism } from 'node:os';
import { GatewayError } from '@gibbon/contracts/errors';
import type { ControllerSettings, GatewayPort } from '@gibbon/contracts/translator';
import type { ClusterOptions, ControllerOptions, ListenOptions, OperationOptions, SourceSelection } from '@gibbon/controller';
import type { ListenDirective } from '@gibbon/net';
import type { ModulePackages, ProxyOptions } from '@gibbon/proxy';
import { clusterProxiesOf } from './cluster-proxies.ts';
import { logSettingsOf } from './logging.ts';
import type { Values } from './resolve.ts';
import type { BindAddress } from './settings/bind-address.ts';
import { readGatewayPort, readNamespacedName } from './settings/texts.ts';

/** The settings of a data plane as its options. */
export function proxyOptionsOf(values: Values): ProxyOptions {
  return {
    proxyListen: values['proxy-listen'] as readonly ListenDirective[],
    adminListen: values['admin-listen'] as readonly ListenDirective[],
    statusListen: values['status-listen'] as readonly ListenDirective[],
    adminTls: adminTlsOf(values),
    configCache: (values['config-cache'] as string | null | undefined) ?? null,
    workers: (values['workers'] as number | null) ?? availableParallelism(),
    transport: values['transport'] as ProxyOptions['transport'],
    trustedIps: values['trusted-ips'] as readonly string[],
    pluginTimeoutMs: (values['plugin-timeout'] as number) * 1000,
    modules: modulePackagesOf(values),
    log: logSettingsOf(values),
  };
}

/** Files of the Admin API's certificate; `null` without. @throws GatewayError `GW_SETTINGS` for a part of them. */
function adminTlsOf(values: Values): ProxyOptions['adminTls'] {
  const [cert, key, clientCa] = ['admin-ssl-cert', 'admin-ssl-key', 'admin-ssl-client-ca'].map((flag) => values[flag] as string | null);
  if (cert && key) return { cert, key, clientCa: clientCa || null };
  if (!cert && !key && !clientCa) return null;
  throw new GatewayError('GW_SETTINGS', '--admin-ssl-cert and --admin-ssl-key belong together, and --admin-ssl-client-ca needs both', {
    source: 'config',
  });
}

/** The settings that a controller shares with a gateway. */
export function controllerOptionsOf(values: Values): Omit<ControllerOptions, 'profile' | 'publishers'> {
  return {
    sources: sourcesOf(values),
    cluster: values['kubernetes'] === true ? clusterOf(values) : null,
    settings: controllerSettingsOf(values),
    operation: operationOf(values),
    modules: modulePackagesOf(values),
  };
}

/** Which objects a controller serves, and what it says of them. */
function controllerSettingsOf(values: Values): ControllerSettings {
  const publishService = readNamespacedName((values['publish-service'] as string | null) ?? '');
  const publishStatusAddresses = values['publish-status-address'] as readonly string[];
  const gatewayPorts = (values['gateway-ports'] as readonly string[])
    .map(readGatewayPort)
    .filter((port): port is GatewayPort => port !== null);
  return {
    ingressClass: values['ingress-class'] as string,
    ingressClassController: values['ingress-class-controller'] as string,
    clusterDomain: (values['cluster-domain'] as string | null) ?? '',
    drainSupport: values['enable-drain-support'] === true,
    gatewayControllerNames: values['gateway-controller-name'] as readonly string[],
    managedGateways: values['managed-gateways'] === true,
    ...(gatewayPorts.length === 0 ? {} : { gatewayPorts }),
    ...(publishService === null ? {} : { publishService }),
    ...(publishStatusAddresses.length === 0 ? {} : { publishStatusAddresses }),
  };
}

/** Where a controller on a cluster answers without being told: on loopback, where nothing is lost when another has the port. */
const USUAL_PORTS = { 'health-listen': 10_254, 'metrics-listen': 10_255, 'diagnostics-listen': null } as const;

function operationOf(values: Values): OperationOptions {
  const listen = (flag: keyof typeof USUAL_PORTS): ListenOptions | null => {
    const wanted = values[flag] as BindAddress | 'off' | null;
    if (wanted === 'off') return null;
    if (wanted !== null) return { ...wanted, required: true };
    const port = USUAL_PORTS[flag];
    return values['kubernetes'] === true && port !== null ? { host: '127.0.0.1', port, required: false } : null;
  };
  return {
    health: listen('health-listen'),
    metrics: listen('metrics-listen'),
    diagnostics: listen('diagnostics-listen'),
    dumpSensitive: values['dump-sensitive-config'] === true,
  };
}

function clusterOf(values: Values): ClusterOptions {
  const text = (flag: string): string => (values[flag] as string | null) ?? '';
  return {
    kubeconfig: text('kubeconfig'),
    context: text('kube-context'),
    leaseName: text('election-id'),
    updateStatus: values['update-status'] === true,
    emitEvents: values['emit-kubernetes-events'] === true,
    proxies: clusterProxiesOf(values),
  };
}

/** Where objects come from: a folder, a cluster, or both; empty when the settings name neither. */
function sourcesOf(values: Values): readonly SourceSelection[] {
  const folder = values['manifests'] as string | null;
  const manifests = folder === null ? [] : [{ kind: 'source', name: 'manifests', config: { folder } } as const];
  if (values['kubernetes'] !== true) return manifests;
  const config = { kubeconfig: values['kubeconfig'] ?? '', context: values['kube-context'] ?? '', namespaces: watchedNamespaces(values) };
  return [...manifests, { kind: 'source', name: 'kubernetes', config }];
}

/** Namespaces to read, empty for all. The Service whose addresses are published is read in any case. */
function watchedNamespaces(values: Values): readonly string[] {
  const namespaces = values['watch-namespaces'] as readonly string[];
  const published = readNamespacedName((values['publish-service'] as string | null) ?? '');
  return namespaces.length === 0 || published === null ? namespaces : [...new Set([...namespaces, published.namespace])];
}

/** Third-party modules, resolved from the folder in which the command was typed. */
export function modulePackagesOf(values: Values): ModulePackages {
  // npm run changes the working directory to the workspace; INIT_CWD is where the user is.
  return { names: values['modules'] as readonly string[], folder: process.env['INIT_CWD'] ?? process.cwd() };
}
