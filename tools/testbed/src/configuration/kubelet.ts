import { join } from 'node:path';
import type { Layout } from './layout.ts';
import { NETWORK } from './network.ts';

/**
 * Configuration of the kubelet: no limits that a test machine would run into, fast reports, no pulls.
 * @see https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
 */
export function kubeletConfiguration(layout: Layout): unknown {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: NETWORK.nodeAddress,
    authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: join(layout.pki, 'ca.crt') } },
    authorization: { mode: 'Webhook' },
    tlsCertFile: join(layout.pki, 'kubelet-server.crt'),
    tlsPrivateKeyFile: join(layout.pki, 'kubelet-server.key'),
    containerRuntimeEndpoint: `unix://${layout.containerdSocket}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: layout.cgroup,
    // Version 1 is refused by default, and still what many machines have.
    failCgroupV1: false,
    failSwapOn: false,
    enforceNodeAllocatable: [],
    localStorageCapacityIsolation: false,
    clusterDNS: [NETWORK.dnsAddress],
    clusterDomain: NETWORK.domain,
    // The machine's name servers are out of reach.
    resolvConf: '',
    podLogsDir: '/var/log/pods',
    staticPodPath: '',
    maxPods: 500,
    serializeImagePulls: false,
    registryPullQPS: 0,
    eventRecordQPS: 0,
    kubeAPIQPS: 500,
    kubeAPIBurst: 1000,
    nodeStatusUpdateFrequency: '1s',
    // What has not changed need not be written each second.
    nodeStatusReportFrequency: '5m',
    syncFrequency: '5s',
    // Tests wait for ConfigMaps and Secrets to arrive in pods.
    configMapAndSecretChangeDetectionStrategy: 'Watch',
    // An image that is removed cannot be pulled again.
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    imageMinimumGCAge: '24h',
    evictionHard: {
      'memory.available': '1Mi',
      'nodefs.available': '0%',
      'nodefs.inodesFree': '0%',
      'imagefs.available': '0%',
      'imagefs.inodesFree': '0%',
    },
    shutdownGracePeriod: '0s',
  };
}
