/** Addresses of a testbed. Each has a network of its own, so all have the same ones. */
export const NETWORK = {
  /** The node's, and what everything of the control plane listens on. */
  nodeAddress: '10.10.0.1',
  nodePrefix: 24,
  podRange: '10.244.0.0/16',
  serviceRange: '10.96.0.0/16',
  /** First address of the Service range: the API server, for pods. */
  apiServiceAddress: '10.96.0.1',
  dnsAddress: '10.96.0.10',
  /** Addresses that Services of type LoadBalancer are given. */
  loadBalancerRange: '10.20.0.0/16',
  apiPort: 6443,
  domain: 'cluster.local',
} as const;

/** The node's name. */
export const NODE_NAME = 'testbed';
