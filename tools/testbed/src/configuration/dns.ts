import { DNS_IMAGE } from '../images/names.ts';
import { NETWORK } from './network.ts';

/** A Kubernetes object, as far as it is applied here. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly [field: string]: unknown;
}

const NAMESPACE = 'kube-system';
const LABELS = { 'k8s-app': 'kube-dns' };

/** Names outside the cluster are refused: there is no way out. */
const COREFILE = `.:53 {
    errors
    health
    ready
    kubernetes ${NETWORK.domain} in-addr.arpa ip6.arpa {
        pods insecure
        ttl 5
    }
    prometheus :9153
    reload
}
`;

/** CoreDNS as an ordinary Deployment. @see https://github.com/kubernetes/dns/blob/master/docs/specification.md */
export function dnsManifests(): readonly Manifest[] {
  const metadata = { name: 'coredns', namespace: NAMESPACE, labels: LABELS };
  const role = { name: 'system:coredns' };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: role,
      rules: [
        { apiGroups: [''], resources: ['endpoints', 'services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
        { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
      ],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: role,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role.name },
      subjects: [{ kind: 'ServiceAccount', name: metadata.name, namespace: NAMESPACE }],
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { Corefile: COREFILE } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...metadata, name: 'kube-dns' },
      spec: {
        clusterIP: NETWORK.dnsAddress,
        selector: LABELS,
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53, protocol: 'TCP' },
          { name: 'metrics', port: 9153, protocol: 'TCP' },
        ],
      },
    },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: deployment() },
  ];
}

function deployment(): unknown {
  const container = {
    name: 'coredns',
    image: DNS_IMAGE,
    args: ['-conf', '/etc/coredns/Corefile'],
    ports: [
      { name: 'dns', containerPort: 53, protocol: 'UDP' },
      { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
    ],
    volumeMounts: [{ name: 'config', mountPath: '/etc/coredns', readOnly: true }],
    readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
    },
  };
  const spec = {
    serviceAccountName: 'coredns',
    priorityClassName: 'system-cluster-critical',
    dnsPolicy: 'Default',
    containers: [container],
    volumes: [{ name: 'config', configMap: { name: 'coredns' } }],
  };
  return { replicas: 1, selector: { matchLabels: LABELS }, template: { metadata: { labels: LABELS }, spec } };
}
