import type { Testbed } from '@gibbon/testbed';

const ACCEPT_TIMEOUT_MS = 60_000;

/**
 * Waits until a GatewayClass is accepted. @returns the features that its status claims, in alphabetical order.
 * @throws Error when it is not accepted within a minute.
 */
export async function claimedFeatures(testbed: Testbed, name: string): Promise<readonly string[]> {
  await testbed.kubectl(['wait', '--for=condition=Accepted', `--timeout=${ACCEPT_TIMEOUT_MS}ms`, `gatewayclass/${name}`], {
    timeoutMs: ACCEPT_TIMEOUT_MS + 5000,
  });
  const read = JSON.parse(await testbed.kubectl(['get', `gatewayclass/${name}`, '-o', 'json'])) as GatewayClass;
  return (read.status?.supportedFeatures ?? []).map((feature) => feature.name).sort();
}

/** Release of the cluster's Kubernetes, e.g. `v1.37.2`. */
export async function kubernetesVersion(testbed: Testbed): Promise<string> {
  const read = JSON.parse(await testbed.kubectl(['version', '-o', 'json'])) as { serverVersion: { gitVersion: string } };
  return read.serverVersion.gitVersion;
}

interface GatewayClass {
  readonly status?: { readonly supportedFeatures?: readonly { readonly name: string }[] };
}
