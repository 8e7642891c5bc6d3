import { pluginReferences } from '@gibbon/annotations';
import type { KubeObject, ObjectRef } from '@gibbon/contracts/resource';
import { namespaceOf, type Ingress, type IngressBackend } from '@gibbon/k8s-types';

/** The Services, TLS Secrets, plugins and the class that an Ingress names. */
export function ingressReferences(object: KubeObject): readonly ObjectRef[] {
  const { spec } = object as Ingress;
  const namespace = namespaceOf(object);
  const refs: ObjectRef[] = [];
  const backend = (target: IngressBackend | undefined): void => {
    if (target?.service !== undefined) refs.push({ kind: 'Service', namespace, name: target.service.name });
  };
  if (spec?.ingressClassName !== undefined) refs.push({ kind: 'IngressClass', namespace: '', name: spec.ingressClassName });
  backend(spec?.defaultBackend);
  for (const rule of spec?.rules ?? []) for (const path of rule.http?.paths ?? []) backend(path.backend);
  for (const { secretName } of spec?.tls ?? []) if (secretName !== undefined) refs.push({ kind: 'Secret', namespace, name: secretName });
  for (const plugin of pluginReferences(object)) {
    refs.push({ kind: 'KongPlugin', namespace: plugin.namespace, name: plugin.name });
    if (!plugin.explicit) refs.push({ kind: 'KongClusterPlugin', namespace: '', name: plugin.name });
  }
  return refs;
}
