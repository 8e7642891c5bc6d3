import type { Clock } from '@gibbon/contracts/services';
import type { ApiAccess } from './api-access.ts';
import { inClusterAccess, isInCluster } from './in-cluster-access.ts';
import { kubeconfigAccess } from './kubeconfig-access.ts';

/** Which API server. */
export interface AccessOptions {
  readonly clock: Clock;
  /** Path of a kubeconfig; empty: the Pod's service account, or outside of a Pod `KUBECONFIG` and `~/.kube/config`. */
  readonly kubeconfig: string;
  /** Context of the kubeconfig; empty: its current one. Naming one means that a kubeconfig is used. */
  readonly context: string;
}

/** Access to the API server that this process belongs to. @throws GatewayError `GW_K8S_CONFIG` */
export async function openAccess({ clock, kubeconfig, context }: AccessOptions): Promise<ApiAccess> {
  if (kubeconfig === '' && context === '' && isInCluster()) return inClusterAccess({ clock });
  return kubeconfigAccess({ clock, file: kubeconfig, context });
}
