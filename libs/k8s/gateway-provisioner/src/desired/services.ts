import { listenerStates, managedAdminName, managedName, MANAGED_LABELS, MANAGED_PORTS } from '@gibbon/gateway-attachment';
import type { Gateway } from '@gibbon/k8s-types';
import { ownedMetadata, podSelector } from './metadata.ts';

/** Name of the port at which proxies are configured. */
export const ADMIN_PORT_NAME = 'admin';

/** Label selector of the Services for Admin APIs, and of their EndpointSlices, which have the labels of these. */
export const ADMIN_SELECTOR = `${MANAGED_LABELS.role}=admin`;

/** Ports of the listeners that can be served, in order. */
export function listenerPorts(gateway: Gateway): readonly number[] {
  const served = listenerStates(gateway, gateway.metadata.uid ?? '', {}).filter(({ accepted }) => accepted.ok);
  return [...new Set(served.map(({ listener }) => listener.port))].sort((a, b) => a - b);
}

/** The Service that takes a Gateway's traffic; `null` while no listener can be served, as there is none without ports. */
export function trafficServiceOf(gateway: Gateway): object | null {
  const ports = listenerPorts(gateway);
  if (ports.length === 0) return null;
  const address = wantedAddress(gateway);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: ownedMetadata(gateway, managedName(gateway)),
    spec: {
      type: 'LoadBalancer',
      ...(address === null ? {} : { loadBalancerIP: address }),
      selector: podSelector(gateway),
      ports: ports.map((port) => ({ name: `port-${port}`, port, targetPort: port, protocol: 'TCP' })),
    },
  };
}

/** Headless: every proxy is configured, those that are not ready because they have no configuration included. */
export function adminServiceOf(gateway: Gateway): object {
  const { admin } = MANAGED_PORTS;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: ownedMetadata(gateway, managedAdminName(gateway), { labels: { [MANAGED_LABELS.role]: 'admin' } }),
    spec: {
      type: 'ClusterIP',
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: podSelector(gateway),
      ports: [{ name: ADMIN_PORT_NAME, port: admin, targetPort: admin, protocol: 'TCP' }],
    },
  };
}

/** The first IP address that the Gateway asks for: a load balancer is asked for one. */
function wantedAddress({ spec }: Gateway): string | null {
  const wanted = (spec.addresses ?? []).find(({ type = 'IPAddress', value = '' }) => type === 'IPAddress' && value !== '');
  return wanted?.value ?? null;
}
