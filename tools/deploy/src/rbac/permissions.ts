import type { ResourceKind } from '@gibbon/contracts/resource';

/** A rule of a Role or ClusterRole. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const READ = ['get', 'list', 'watch'];
/** One write per object, of own entries alone. */
const WRITE_STATUS = ['patch'];

/** Everywhere in the cluster, beside what resource kinds need. */
const CLUSTER_FEATURES: readonly PolicyRule[] = [
  // What is wrong with an object is said in its namespace.
  { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  // Kinds whose definitions appear later are read from then on.
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: ['list', 'watch'] },
];

/** In the controller's own namespace: who writes statuses is settled by a Lease, and its proxies are found by their Service. */
export const NAMESPACE_RULES: readonly PolicyRule[] = [
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create', 'get', 'update'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
];

const MAKE = ['create', 'patch', 'delete'];

/**
 * Where Gateways are served, when they get proxies of their own: what these consist of is made, followed and removed. Services
 * and Secrets are read anyhow.
 */
export const MANAGED_RULES: readonly PolicyRule[] = [
  { apiGroups: ['apps'], resources: ['deployments'], verbs: [...READ, ...MAKE] },
  { apiGroups: [''], resources: ['serviceaccounts'], verbs: [...READ, ...MAKE] },
  { apiGroups: [''], resources: ['services', 'secrets'], verbs: MAKE },
];

/** What a controller with these resource kinds may do in the whole cluster: read them, and write the statuses that are its own. */
export function clusterRules(kinds: readonly ResourceKind[]): readonly PolicyRule[] {
  const rules: PolicyRule[] = [];
  for (const [group, members] of Map.groupBy(kinds, ({ group }) => group)) {
    rules.push({ apiGroups: [group], resources: members.map(({ plural }) => plural), verbs: READ });
    const written = members.filter(({ writesStatus }) => writesStatus === true);
    if (written.length > 0)
      rules.push({ apiGroups: [group], resources: written.map(({ plural }) => `${plural}/status`), verbs: WRITE_STATUS });
  }
  return [...rules, ...CLUSTER_FEATURES];
}
