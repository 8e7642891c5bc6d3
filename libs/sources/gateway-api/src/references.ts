import { pluginReferences } from '@gibbon/annotations';
import type { KubeObject, ObjectRef } from '@gibbon/contracts/resource';
import { namespaceOf, type BackendObjectReference, type Gateway, type HTTPRoute, type HTTPRouteFilter } from '@gibbon/k8s-types';

/** The class and the TLS Secrets that a Gateway names. */
export function gatewayReferences(object: KubeObject): readonly ObjectRef[] {
  const { spec } = object as Gateway;
  const refs: ObjectRef[] = [{ kind: 'GatewayClass', namespace: '', name: spec.gatewayClassName }];
  for (const { tls } of spec.listeners) {
    for (const { group = '', kind = 'Secret', namespace = namespaceOf(object), name } of tls?.certificateRefs ?? []) {
      if (group === '' && kind === 'Secret') refs.push({ kind, namespace, name });
    }
  }
  return refs;
}

/** The Services and plugins that an HTTPRoute names. */
export function httpRouteReferences(object: KubeObject): readonly ObjectRef[] {
  const refs: ObjectRef[] = [];
  const namespace = namespaceOf(object);
  const backend = ({ group = '', kind = 'Service', namespace: other = namespace, name }: BackendObjectReference): void => {
    if (group === '' && kind === 'Service') refs.push({ kind, namespace: other, name });
  };
  const filters = (list: readonly HTTPRouteFilter[] = []): void => {
    for (const { requestMirror, extensionRef } of list) {
      if (requestMirror !== undefined) backend(requestMirror.backendRef);
      if (extensionRef?.kind === 'KongPlugin') refs.push({ kind: 'KongPlugin', namespace, name: extensionRef.name });
    }
  };
  for (const rule of (object as HTTPRoute).spec.rules ?? []) {
    filters(rule.filters);
    for (const ref of rule.backendRefs ?? []) {
      backend(ref);
      filters(ref.filters);
    }
  }
  for (const plugin of pluginReferences(object)) {
    refs.push({ kind: 'KongPlugin', namespace: plugin.namespace, name: plugin.name });
    if (!plugin.explicit) refs.push({ kind: 'KongClusterPlugin', namespace: '', name: plugin.name });
  }
  return refs;
}
