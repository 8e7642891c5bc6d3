/** A kind that the server serves. */
export interface ServedKind {
  /** API group; empty for core. */
  readonly group: string;
  /** Served versions, the storage version first. Objects are not converted: they keep the fields they have. */
  readonly versions: readonly string[];
  readonly kind: string;
  /** Lower-case plural, as in paths. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Whether there is a status subresource, and hence a generation that counts changes of everything else. */
  readonly status: boolean;
  /** Whether a CustomResourceDefinition brought it: its list items carry apiVersion and kind, those of built-in kinds do not. */
  readonly custom: boolean;
}

function builtIn(
  group: string,
  kind: string,
  plural: string,
  options: { readonly namespaced?: boolean; readonly status?: boolean } = {},
): ServedKind {
  return { group, versions: ['v1'], kind, plural, namespaced: options.namespaced ?? true, status: options.status ?? false, custom: false };
}

/** The kind of CustomResourceDefinitions: creating one makes the server serve another kind. */
export const CRD_KIND: ServedKind = builtIn('apiextensions.k8s.io', 'CustomResourceDefinition', 'customresourcedefinitions', {
  namespaced: false,
  status: true,
});

/** Kinds that every server has. Others come with CustomResourceDefinitions, or by `KubeApi.serve`. */
export const BUILT_IN_KINDS: readonly ServedKind[] = [
  builtIn('', 'Namespace', 'namespaces', { namespaced: false, status: true }),
  builtIn('', 'Service', 'services', { status: true }),
  builtIn('', 'Secret', 'secrets'),
  builtIn('', 'ConfigMap', 'configmaps'),
  builtIn('', 'Event', 'events'),
  builtIn('', 'Pod', 'pods', { status: true }),
  builtIn('', 'ServiceAccount', 'serviceaccounts'),
  builtIn('apps', 'Deployment', 'deployments', { status: true }),
  builtIn('coordination.k8s.io', 'Lease', 'leases'),
  builtIn('discovery.k8s.io', 'EndpointSlice', 'endpointslices'),
  builtIn('networking.k8s.io', 'Ingress', 'ingresses', { status: true }),
  builtIn('networking.k8s.io', 'IngressClass', 'ingressclasses', { namespaced: false }),
  CRD_KIND,
];

/** Names a kind of the server: `<plural>.<group>`, as CustomResourceDefinitions are called. */
export function kindKey({ plural, group }: Pick<ServedKind, 'plural' | 'group'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** `v1`, `networking.k8s.io/v1`. */
export function apiVersionOf(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}
