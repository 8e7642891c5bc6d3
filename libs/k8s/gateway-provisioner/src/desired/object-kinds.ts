import type { ApiResource } from '@gibbon/k8s-client';

/** Kinds of what is made for a managed Gateway. */
export type OwnedKind = 'ServiceAccount' | 'Secret' | 'Service' | 'Deployment';

/** Where they are served. */
export const OWNED_RESOURCES: Readonly<Record<OwnedKind, ApiResource>> = Object.freeze({
  ServiceAccount: { group: '', version: 'v1', plural: 'serviceaccounts' },
  Secret: { group: '', version: 'v1', plural: 'secrets' },
  Service: { group: '', version: 'v1', plural: 'services' },
  Deployment: { group: 'apps', version: 'v1', plural: 'deployments' },
});

/** Kinds in the order in which they are listed. */
export const OWNED_KINDS = Object.keys(OWNED_RESOURCES) as readonly OwnedKind[];
