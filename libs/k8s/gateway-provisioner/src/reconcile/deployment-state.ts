import type { KubeObject } from '@gibbon/contracts/resource';
import { codeOf } from '@gibbon/contracts/errors';
import type { KubeClient } from '@gibbon/k8s-client';
import { OWNED_RESOURCES } from '../desired/object-kinds.ts';

interface DeploymentState extends KubeObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
  };
}

/**
 * Whether a Deployment, given as `namespace/name`, has nothing but pods of its latest kind, all available; one that is gone has.
 * Not where that cannot be seen.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#complete-deployment
 */
export async function isRolledOut(client: KubeClient, deployment: string): Promise<boolean> {
  const [namespace = '', name = ''] = deployment.split('/');
  try {
    return isComplete(await client.get<DeploymentState>(OWNED_RESOURCES.Deployment, { namespace, name }));
  } catch (error) {
    return codeOf(error) === 'GW_K8S_NOT_FOUND';
  }
}

/** Whether the Deployment's controller has seen the latest and done all of it. */
export function isComplete({ metadata, spec, status }: DeploymentState): boolean {
  const wanted = spec?.replicas ?? 1;
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status ?? {};
  return (
    observedGeneration >= (metadata.generation ?? 0) && updatedReplicas === wanted && replicas === wanted && availableReplicas === wanted
  );
}
