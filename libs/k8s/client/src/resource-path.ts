/** A kind as paths name it. */
export interface ApiResource {
  /** API group; empty for core. */
  readonly group: string;
  readonly version: string;
  /** Lower-case plural. */
  readonly plural: string;
}

/** An object of a resource, or all of a namespace where `name` is empty, or all where both are. */
export interface ObjectPlace {
  /** Empty for cluster scope, or for all namespaces. */
  readonly namespace: string;
  readonly name: string;
}

/** `v1`, `networking.k8s.io/v1`. */
export function apiVersionOf({ group, version }: Pick<ApiResource, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Path of a group's version: `/api/v1`, `/apis/networking.k8s.io/v1`. */
export function versionPath({ group, version }: Pick<ApiResource, 'group' | 'version'>): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** Path of objects, e.g. `/apis/networking.k8s.io/v1/namespaces/default/ingresses/web/status`. */
export function resourcePath(resource: ApiResource, { namespace, name }: ObjectPlace, subresource = ''): string {
  const home = namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const object = name === '' ? '' : `/${encodeURIComponent(name)}`;
  return `${versionPath(resource)}${home}/${resource.plural}${object}${subresource === '' ? '' : `/${subresource}`}`;
}
