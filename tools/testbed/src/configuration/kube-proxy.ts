import { join } from 'node:path';
import type { Layout } from './layout.ts';
import { NETWORK, NODE_NAME } from './network.ts';

/**
 * Configuration of kube-proxy: nftables, and no settings that need the machine's own network.
 * @see https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/
 */
export function kubeProxyConfiguration(layout: Layout): unknown {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    clusterCIDR: NETWORK.podRange,
    hostnameOverride: NODE_NAME,
    bindAddress: NETWORK.nodeAddress,
    healthzBindAddress: `${NETWORK.nodeAddress}:10256`,
    metricsBindAddress: `${NETWORK.nodeAddress}:10249`,
    clientConnection: { kubeconfig: join(layout.config, 'kube-proxy.kubeconfig'), qps: 500, burst: 1000 },
    // Its default of a second is for nodes with thousands of Services.
    nftables: { minSyncPeriod: '50ms', syncPeriod: '30s' },
    // These settings of the kernel belong to the machine.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}
