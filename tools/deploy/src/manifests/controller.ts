import type { PolicyRule } from '../rbac/permissions.ts';
import { NAMESPACE_RULES } from '../rbac/permissions.ts';
import { text, Text, ValueText, When, type Node } from '../template/node.ts';
import { clusterMetadataOf, metadataOf, nameOf, NAMESPACE, selectorOf } from './names.ts';
import { variablesFor } from './settings.ts';
import { deployment, disruptionBudget, serviceAccount } from './workload.ts';

const PART = 'controller';
const RBAC = 'rbac.authorization.k8s.io';

/** The control plane, with what it may do. */
export function controllerManifests(): readonly Node[] {
  return [serviceAccount(PART), controllerDeployment(), disruptionBudget(PART)];
}

function controllerDeployment(): Node {
  return deployment({
    part: PART,
    usesApi: true,
    variables: [
      ...variablesFor(PART, {
        kubernetes: 'true',
        'ingress-class': new ValueText('ingressClass.name'),
        'ingress-class-controller': new ValueText('ingressClass.controller'),
        target: 'gibbon',
        'log-level': new ValueText('logLevel'),
        'log-format': 'json',
      }),
      fieldVariable('POD_NAME', 'metadata.name'),
      fieldVariable('POD_NAMESPACE', 'metadata.namespace'),
    ],
    ports: {},
  });
}

function fieldVariable(name: string, fieldPath: string): Node {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}

/** @param cluster rules for the whole cluster. */
export function permissionManifests(cluster: readonly PolicyRule[]): readonly Node[] {
  const subjects = [{ kind: 'ServiceAccount', name: nameOf(PART), namespace: NAMESPACE }];
  const wide = clusterMetadataOf(PART);
  const bound = (kind: string, name: Node): Node => ({ apiGroup: RBAC, kind, name });
  return [
    { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: wide, rules: cluster.map(ruleNode) },
    { apiVersion: `${RBAC}/v1`, kind: 'ClusterRoleBinding', metadata: wide, roleRef: bound('ClusterRole', wide['name']), subjects },
    { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata: metadataOf(PART), rules: NAMESPACE_RULES.map(ruleNode) },
    { apiVersion: `${RBAC}/v1`, kind: 'RoleBinding', metadata: metadataOf(PART), roleRef: bound('Role', nameOf(PART)), subjects },
  ];
}

function ruleNode({ apiGroups, resources, verbs }: PolicyRule): Node {
  return { apiGroups, resources, verbs };
}

/** The class of Ingresses that are served. */
export function ingressClassManifest(): When {
  const isDefault = new Text('{{ .Values.ingressClass.default }}', 'false');
  return new When('ingressClass.create', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: {
      name: new ValueText('ingressClass.name'),
      labels: selectorOf(PART),
      annotations: { 'ingressclass.kubernetes.io/is-default-class': text`${isDefault}` },
    },
    spec: { controller: new ValueText('ingressClass.controller') },
  });
}
