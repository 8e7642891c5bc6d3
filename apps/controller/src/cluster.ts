import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { PROXY_TARGETS } from '@gibbon/contracts/publisher';
import type { Logger } from '@gibbon/contracts/services';
import { LEADERSHIP } from '@gibbon/contracts/status';
import type { ControllerSettings } from '@gibbon/contracts/translator';
import { KUBE_CLIENT, KubeClient, openAccess } from '@gibbon/k8s-client';
import { LeaderElection } from '@gibbon/k8s-leader-election';
import { statusWriterService } from '@gibbon/k8s-status';
import type { Host } from '@gibbon/kernel';
import { systemClock, systemRandom } from '@gibbon/time';
import { ClusterProxies } from './cluster-proxies.ts';
import type { ClusterOptions } from './options.ts';

/**
 * Binds what a controller on a cluster needs: a client, an election of the replica that writes, the writer of statuses, and
 * the proxies that are found or made. The election begins with the host's parts; until it is won nothing is written.
 * Rejects with a GatewayError `GW_K8S_CONFIG` when there is no way to an API server.
 * @returns the proxies, or `null` where none are found or made.
 */
export async function bindCluster(
  host: Host,
  cluster: ClusterOptions,
  settings: ControllerSettings,
  log: Logger,
): Promise<ClusterProxies | null> {
  const { kubeconfig, context, leaseName } = cluster;
  const access = await openAccess({ clock: systemClock, kubeconfig, context });
  host.scope.own(() => access.close());
  const client = new KubeClient({ access, clock: systemClock });
  const election = new LeaderElection({
    client,
    clock: systemClock,
    random: systemRandom,
    logger: log.child({ module: 'leader-election' }),
    namespace: client.namespace,
    name: leaseName,
    identity: `${process.env['POD_NAME'] ?? hostname()}_${randomUUID()}`,
  });
  host.bindValue(KUBE_CLIENT, client, 'The API server of the cluster.');
  host.bindValue(LEADERSHIP, election, 'Which replica writes.');
  host.bind(statusWriterService);
  host.add({ name: 'leader election', start: () => election.start(), stop: () => election.dispose() });
  if (cluster.proxies === null) return null;
  const parts = { options: cluster.proxies, settings, client, leadership: election, clock: systemClock, random: systemRandom, log };
  const proxies = new ClusterProxies(parts);
  host.bindValue(PROXY_TARGETS, proxies.targets, 'Proxies that are discovered.');
  host.add({ name: 'proxies', start: () => proxies.start(), stop: () => proxies.stop() });
  return proxies;
}
