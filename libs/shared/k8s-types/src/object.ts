import type { KubeObject, ObjectRef } from '@gibbon/contracts/resource';

/** The reference of an object. */
export function refOf(object: KubeObject): ObjectRef {
  return { kind: object.kind, namespace: object.metadata.namespace ?? '', name: object.metadata.name };
}

/** Group of an API version: empty for `v1`, `networking.k8s.io` for `networking.k8s.io/v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** Version of an API version: `v1` for `networking.k8s.io/v1`. */
export function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1);
}

/** An object's namespace, empty for cluster scope. */
export function namespaceOf(object: KubeObject): string {
  return object.metadata.namespace ?? '';
}
