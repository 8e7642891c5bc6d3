import { ApiError } from '../api-error.ts';
import type { KubeClient } from '../kube-client.ts';
import { versionPath } from '../resource-path.ts';

/** A kind to look for. */
export interface WantedResource {
  readonly group: string;
  /** Versions understood, in order of preference. */
  readonly versions: readonly string[];
  readonly plural: string;
}

interface ResourceList {
  readonly resources?: readonly { readonly name: string }[];
}

/**
 * The first of the versions under which the server serves a resource, or `null`.
 * Rejects with an ApiError when the server does not answer.
 * @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
 */
export async function servedVersion(
  client: KubeClient,
  { group, versions, plural }: WantedResource,
  signal?: AbortSignal,
): Promise<string | null> {
  for (const version of versions) {
    try {
      const list = await client.request<ResourceList>({
        method: 'GET',
        path: versionPath({ group, version }),
        ...(signal === undefined ? {} : { signal }),
      });
      if (list.resources?.some(({ name }) => name === plural) === true) return version;
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'GW_K8S_NOT_FOUND') throw error;
    }
  }
  return null;
}
