export type { ApiAccess, ApiConnection } from './access/api-access.ts';
export { inClusterAccess, isInCluster, SERVICE_ACCOUNT_FOLDER, type InClusterOptions } from './access/in-cluster-access.ts';
export { kubeconfigAccess, type KubeconfigOptions } from './access/kubeconfig-access.ts';
export { openAccess, type AccessOptions } from './access/open-access.ts';
export { plainAccess } from './access/plain-access.ts';
export { ApiError, asApiError, type ApiErrorCode, type ApiErrorFacts } from './api-error.ts';
export { Backoff, pause, type BackoffOptions } from './backoff.ts';
export { DefinitionWatch, type DefinitionListener, type DefinitionWatchOptions } from './discovery/definition-watch.ts';
export { servedVersion, type WantedResource } from './discovery/served-version.ts';
export {
  KubeClient,
  type ApiRequest,
  type KubeClientOptions,
  type ListQuery,
  type ObjectPage,
  type Patch,
  type RequestLimits,
  type Selection,
  type WatchQuery,
} from './kube-client.ts';
export { rbacAdvice } from './rbac-advice.ts';
export { Reflector, type ReflectorEnd, type ReflectorHandler, type ReflectorOptions } from './reflector/reflector.ts';
export { apiVersionOf, resourcePath, versionPath, type ApiResource, type ObjectPlace } from './resource-path.ts';
export { Watch, type WatchEnd, type WatchEvent, type WatchHandler } from './watch/watch.ts';
export { KUBE_CLIENT } from './tokens.ts';
