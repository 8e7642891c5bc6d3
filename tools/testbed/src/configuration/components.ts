import { join } from 'node:path';
import type { Layout } from './layout.ts';
import { NETWORK, NODE_NAME } from './network.ts';

/** A program of the cluster that the supervisor keeps running. */
export interface Component {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** Names of everything that runs, in the order of start. */
export const COMPONENT_NAMES = [
  'etcd',
  'containerd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
] as const;

export type ComponentName = (typeof COMPONENT_NAMES)[number];

const ETCD_CLIENTS = 'http://127.0.0.1:2379';

/**
 * The command lines of a cluster's components.
 * @param program path of a built program by its name.
 */
export function componentsOf(layout: Layout, program: (name: string) => string): Readonly<Record<ComponentName, Component>> {
  const component = (name: ComponentName, flags: Readonly<Record<string, string>>, command = program(name)): Component => ({
    name,
    command,
    args: Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
  });
  const pki = (file: string): string => join(layout.pki, file);
  const config = (file: string): string => join(layout.config, file);
  return {
    etcd: component('etcd', etcdFlags(layout)),
    containerd: component('containerd', { config: config('containerd.toml') }, '/usr/bin/containerd'),
    'kube-apiserver': component('kube-apiserver', apiServerFlags(pki)),
    'kube-controller-manager': component(
      'kube-controller-manager',
      controllerManagerFlags(pki, config('kube-controller-manager.kubeconfig')),
    ),
    'kube-scheduler': component('kube-scheduler', {
      kubeconfig: config('kube-scheduler.kubeconfig'),
      'authentication-kubeconfig': config('kube-scheduler.kubeconfig'),
      'authorization-kubeconfig': config('kube-scheduler.kubeconfig'),
      'bind-address': '127.0.0.1',
      'leader-elect': 'false',
      'kube-api-qps': '500',
      'kube-api-burst': '1000',
    }),
    kubelet: component('kubelet', {
      config: config('kubelet.json'),
      kubeconfig: config('kubelet.kubeconfig'),
      'hostname-override': NODE_NAME,
      'node-ip': NETWORK.nodeAddress,
      'root-dir': '/var/lib/kubelet',
      'cert-dir': '/var/lib/kubelet/pki',
    }),
    'kube-proxy': component('kube-proxy', { config: config('kube-proxy.json') }),
  };
}

function etcdFlags(layout: Layout): Readonly<Record<string, string>> {
  const peers = 'http://127.0.0.1:2380';
  return {
    name: NODE_NAME,
    'data-dir': join(layout.memory, 'etcd'),
    'listen-client-urls': ETCD_CLIENTS,
    'advertise-client-urls': ETCD_CLIENTS,
    'listen-peer-urls': peers,
    'initial-advertise-peer-urls': peers,
    'initial-cluster': `${NODE_NAME}=${peers}`,
    // The data is in memory: there is nothing to be flushed to.
    'unsafe-no-fsync': 'true',
    'log-level': 'warn',
  };
}

function apiServerFlags(pki: (file: string) => string): Readonly<Record<string, string>> {
  return {
    'advertise-address': NETWORK.nodeAddress,
    'bind-address': '0.0.0.0',
    'secure-port': String(NETWORK.apiPort),
    'etcd-servers': ETCD_CLIENTS,
    'service-cluster-ip-range': NETWORK.serviceRange,
    'authorization-mode': 'Node,RBAC',
    'enable-admission-plugins': 'NodeRestriction',
    'allow-privileged': 'true',
    'client-ca-file': pki('ca.crt'),
    'tls-cert-file': pki('api-server.crt'),
    'tls-private-key-file': pki('api-server.key'),
    'kubelet-certificate-authority': pki('ca.crt'),
    'kubelet-client-certificate': pki('kubelet-client.crt'),
    'kubelet-client-key': pki('kubelet-client.key'),
    // Otherwise logs and exec ask DNS for the node's name.
    'kubelet-preferred-address-types': 'InternalIP',
    'service-account-issuer': `https://kubernetes.default.svc.${NETWORK.domain}`,
    'service-account-key-file': pki('service-accounts.pub'),
    'service-account-signing-key-file': pki('service-accounts.key'),
    profiling: 'false',
    v: '1',
  };
}

function controllerManagerFlags(pki: (file: string) => string, kubeconfig: string): Readonly<Record<string, string>> {
  return {
    kubeconfig,
    'authentication-kubeconfig': kubeconfig,
    'authorization-kubeconfig': kubeconfig,
    'bind-address': '127.0.0.1',
    'leader-elect': 'false',
    'use-service-account-credentials': 'true',
    'root-ca-file': pki('ca.crt'),
    'service-account-private-key-file': pki('service-accounts.key'),
    'cluster-signing-cert-file': pki('ca.crt'),
    'cluster-signing-key-file': pki('ca.key'),
    'cluster-cidr': NETWORK.podRange,
    'kube-api-qps': '500',
    'kube-api-burst': '1000',
  };
}
