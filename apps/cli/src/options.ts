import { availableParallelism } from 'node:os';
import type { ClusterOptions, ControllerOptions, SourceSelection } from '@gibbon/controller';
import type { ListenDirective } from '@gibbon/net';
import type { ModulePackages, ProxyOptions } from '@gibbon/proxy';
import { logSettingsOf } from './logging.ts';
import type { Values } from './resolve.ts';

/** The settings of a data plane as its options. */
export function proxyOptionsOf(values: Values): ProxyOptions {
  return {
    proxyListen: values['proxy-listen'] as readonly ListenDirective[],
    adminListen: values['admin-listen'] as readonly ListenDirective[],
    statusListen: values['status-listen'] as readonly ListenDirective[],
    workers: (values['workers'] as number | null) ?? availableParallelism(),
    transport: values['transport'] as ProxyOptions['transport'],
    trustedIps: values['trusted-ips'] as readonly string[],
    modules: modulePackagesOf(values),
    log: logSettingsOf(values),
  };
}

/** The settings that a controller shares with a gateway. */
export function controllerOptionsOf(values: Values): Omit<ControllerOptions, 'profile' | 'publishers'> {
  return {
    sources: sourcesOf(values),
    cluster: values['kubernetes'] === true ? clusterOf(values) : null,
    ingressClass: values['ingress-class'] as string,
    ingressClassController: values['ingress-class-controller'] as string,
    modules: modulePackagesOf(values),
  };
}

function clusterOf(values: Values): ClusterOptions {
  const text = (flag: string): string => (values[flag] as string | null) ?? '';
  return { kubeconfig: text('kubeconfig'), context: text('kube-context'), leaseName: text('election-id') };
}

/** Where objects come from: a folder, a cluster, or both; empty when the settings name neither. */
function sourcesOf(values: Values): readonly SourceSelection[] {
  const folder = values['manifests'] as string | null;
  const manifests = folder === null ? [] : [{ kind: 'source', name: 'manifests', config: { folder } } as const];
  if (values['kubernetes'] !== true) return manifests;
  const config = { kubeconfig: values['kubeconfig'] ?? '', context: values['kube-context'] ?? '', namespaces: values['watch-namespaces'] };
  return [...manifests, { kind: 'source', name: 'kubernetes', config }];
}

/** Third-party modules, resolved from the folder in which the command was typed. */
export function modulePackagesOf(values: Values): ModulePackages {
  // npm run changes the working directory to the workspace; INIT_CWD is where the user is.
  return { names: values['modules'] as readonly string[], folder: process.env['INIT_CWD'] ?? process.cwd() };
}
