import { MANAGED_RULES, NAMESPACE_RULES, type PolicyRule } from '../rbac/permissions.ts';
import { ForEach, text, Unless, When, type Node } from '../template/node.ts';
import { clusterMetadataOf, constant, IDENTITY, metadataOf, nameOf, NAMESPACE, PROXY_CERTIFICATE } from './names.ts';

const PART = 'controller';
const GROUP = 'rbac.authorization.k8s.io';

/** In the controller's own namespace: the certificates by which it and proxies know each other. */
const CERTIFICATE_RULES: readonly Node[] = [
  { apiGroups: [''], resources: ['secrets'], resourceNames: [IDENTITY, PROXY_CERTIFICATE], verbs: ['get', 'update'] },
  // What is created has no name yet that a rule could tell.
  { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
];

/** What a controller may do, by where. */
export interface ControllerRules {
  /** With objects that are in no namespace. */
  readonly cluster: readonly PolicyRule[];
  /** In every namespace that is watched. */
  readonly watched: readonly PolicyRule[];
}

/** Permissions: for the namespaces that are watched one ClusterRole, bound in the cluster, or in each of those that a value names. */
export function permissionManifests({ cluster, watched }: ControllerRules): readonly Node[] {
  const wide = clusterMetadataOf(PART);
  const inNamespaces = clusterMetadataOf(PART, 'namespaces');
  const clusterRole = (name: Node): Node => ({ apiGroup: GROUP, kind: 'ClusterRole', name });
  const role: Node = { apiGroup: GROUP, kind: 'Role', name: nameOf(PART) };
  return [
    { apiVersion: `${GROUP}/v1`, kind: 'ClusterRole', metadata: wide, rules: cluster.map(ruleNode) },
    binding('ClusterRoleBinding', wide, clusterRole(wide['name'])),
    {
      apiVersion: `${GROUP}/v1`,
      kind: 'ClusterRole',
      metadata: inNamespaces,
      rules: [...watched.map(ruleNode), ...MANAGED_RULES.map(managedRuleNode)],
    },
    new Unless('controller.watchNamespaces', binding('ClusterRoleBinding', inNamespaces, clusterRole(inNamespaces['name']))),
    // The namespace of the Service that takes traffic is read as well.
    new When(
      'controller.watchNamespaces',
      binding('RoleBinding', metadataOf(PART, { name: text`${nameOf(PART)}-${constant('own')}` }), clusterRole(inNamespaces['name'])),
    ),
    new ForEach('controller.watchNamespaces', (namespace) => [
      binding('RoleBinding', { ...inNamespaces, namespace }, clusterRole(inNamespaces['name'])),
    ]),
    {
      apiVersion: `${GROUP}/v1`,
      kind: 'Role',
      metadata: metadataOf(PART),
      rules: [...NAMESPACE_RULES.map(ruleNode), ...CERTIFICATE_RULES],
    },
    binding('RoleBinding', metadataOf(PART), role),
  ];
}

function binding(kind: string, metadata: Node, roleRef: Node): Node {
  const subjects = [{ kind: 'ServiceAccount', name: nameOf(PART), namespace: NAMESPACE }];
  return { apiVersion: `${GROUP}/v1`, kind, metadata, roleRef, subjects };
}

function ruleNode({ apiGroups, resources, verbs }: PolicyRule): Node {
  return { apiGroups, resources, verbs };
}

function managedRuleNode(rule: PolicyRule): Node {
  return new When('managedGateways.enabled', ruleNode(rule));
}
