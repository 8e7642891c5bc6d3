import { kongServiceName, portText, type ServicePortRef } from '@gibbon/annotations';
import type { KubeObject } from '@gibbon/contracts/resource';
import type { IndexDefinition } from '@gibbon/contracts/translator';
import { namespaceOf, type Ingress, type IngressBackend } from '@gibbon/k8s-types';

/** Ingresses by the Kong service of their default backend. */
export const DEFAULT_BACKENDS: IndexDefinition = {
  name: 'ingresses.default-backend',
  kind: 'Ingress',
  values: (object) => backendNames(object, [(object as Ingress).spec?.defaultBackend]),
};

/** Ingresses by the Kong services of their rules. */
export const RULE_BACKENDS: IndexDefinition = {
  name: 'ingresses.rule-backend',
  kind: 'Ingress',
  values(object) {
    const rules = (object as Ingress).spec?.rules ?? [];
    return backendNames(
      object,
      rules.flatMap((rule) => rule.http?.paths.map((path) => path.backend) ?? []),
    );
  },
};

function backendNames(object: KubeObject, backends: readonly (IngressBackend | undefined)[]): readonly string[] {
  const names = new Set<string>();
  for (const backend of backends) {
    if (backend?.service === undefined) continue;
    const ref: ServicePortRef = { namespace: namespaceOf(object), service: backend.service.name, port: portText(backend.service.port) };
    names.add(kongServiceName(ref));
  }
  return [...names];
}
