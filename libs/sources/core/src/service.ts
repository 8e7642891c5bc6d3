import {
  CA_CERTIFICATES_CONFIGMAPS,
  CA_CERTIFICATES_SECRETS,
  CLIENT_CERT,
  OVERRIDE,
  pluginReferences,
  readAnnotation,
  UPSTREAM_POLICY,
} from '@gibbon/annotations';
import type { ConfigProblem } from '@gibbon/contracts/module';
import type { KubeObject, ObjectRef, ResourceKind } from '@gibbon/contracts/resource';
import { namespaceOf, ObjectCheck, slimObject, type Service } from '@gibbon/k8s-types';

const TYPES = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'];
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const NAME = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const EXTERNAL_NAME = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\.?$/i;

/** Services: all of them, as any object may point to any Service of its namespace. */
export const SERVICE: ResourceKind = {
  group: '',
  versions: ['v1'],
  kind: 'Service',
  plural: 'services',
  namespaced: true,
  validate: checkService,
  normalise: withLoadBalancer,
  references: serviceReferences,
};

/** Of the status the addresses of the load balancer, which statuses of Gateways and Ingresses show. */
function withLoadBalancer(object: KubeObject): KubeObject {
  const slim = slimObject(object);
  const ingress = (object as Service).status?.loadBalancer?.ingress ?? [];
  return ingress.length === 0 ? slim : ({ ...slim, status: { loadBalancer: { ingress } } } as KubeObject);
}

function checkService(object: KubeObject): readonly ConfigProblem[] {
  const check = new ObjectCheck();
  check.metadata(object.metadata);
  const spec = check.record((object as Service).spec, 'spec');
  const type = check.oneOf(spec?.['type'], 'spec.type', TYPES);
  if (type === 'ExternalName' && check.present(spec?.['externalName'], 'spec.externalName', 'the DNS name that the Service stands for')) {
    check.text(spec?.['externalName'], 'spec.externalName', 'a DNS name', EXTERNAL_NAME);
  }
  for (const [value, path] of check.items(spec?.['ports'], 'spec.ports')) {
    const port = check.record(value, path);
    if (check.present(port?.['port'], `${path}.port`, 'a port number')) check.integer(port?.['port'], `${path}.port`, 1, 65_535);
    if (typeof port?.['targetPort'] === 'number') check.integer(port['targetPort'], `${path}.targetPort`, 1, 65_535);
    else check.text(port?.['targetPort'], `${path}.targetPort`, 'a port number or the name of a container port', NAME);
    check.oneOf(port?.['protocol'], `${path}.protocol`, PROTOCOLS);
    if (port?.['name'] !== '') check.text(port?.['name'], `${path}.name`, 'a lower-case name of letters, digits and "-"', NAME);
  }
  return check.problems;
}

function serviceReferences(object: KubeObject): readonly ObjectRef[] {
  const namespace = namespaceOf(object);
  const refs: ObjectRef[] = [];
  const add = (kind: string, name: string | null): void => {
    if (name !== null) refs.push({ kind, namespace, name });
  };
  add('Secret', readAnnotation(object, CLIENT_CERT).value);
  for (const name of readAnnotation(object, CA_CERTIFICATES_SECRETS).value ?? []) add('Secret', name);
  for (const name of readAnnotation(object, CA_CERTIFICATES_CONFIGMAPS).value ?? []) add('ConfigMap', name);
  add('KongUpstreamPolicy', readAnnotation(object, UPSTREAM_POLICY).value);
  add('KongIngress', readAnnotation(object, OVERRIDE).value);
  for (const plugin of pluginReferences(object)) {
    refs.push({ kind: 'KongPlugin', namespace: plugin.namespace, name: plugin.name });
    if (!plugin.explicit) refs.push({ kind: 'KongClusterPlugin', namespace: '', name: plugin.name });
  }
  return refs;
}
