import { text, Text, type Node } from '../template/node.ts';

/** Namespace of the plain manifests. */
export const PLAIN_NAMESPACE = 'gibbon';

/** Name of the release: the beginning of every name. */
export const RELEASE = new Text('{{ $.Release.Name }}', 'gibbon');

export const NAMESPACE = new Text('{{ $.Release.Namespace }}', PLAIN_NAMESPACE);

/** The two Deployments. */
export type Part = 'controller' | 'proxy';

/** Name of a part and of what belongs to it. */
export function nameOf(part: Part): Text {
  return text`${RELEASE}-${constant(part)}`;
}

/** Labels by which Services and Deployments find the pods of a part. They can never change. */
export function selectorOf(part: Part): Readonly<Record<string, Node>> {
  return { 'app.kubernetes.io/name': 'gibbon', 'app.kubernetes.io/instance': RELEASE, 'app.kubernetes.io/component': part };
}

/** Metadata of an object of a part. */
export function metadataOf(part: Part, more: Readonly<Record<string, Node>> = {}): Readonly<Record<string, Node>> {
  const managedBy = new Text('{{ $.Release.Service }}', 'kubectl');
  return { name: nameOf(part), namespace: NAMESPACE, labels: { ...selectorOf(part), 'app.kubernetes.io/managed-by': managedBy }, ...more };
}

/** Metadata of an object of the whole cluster. @param suffix for the second object of a kind. */
export function clusterMetadataOf(part: Part, suffix = ''): Readonly<Record<string, Node>> {
  const { namespace: _, ...rest } = metadataOf(part);
  // Several releases in namespaces of their own may have the same name.
  const name = text`${NAMESPACE}-${nameOf(part)}`;
  return { ...rest, name: suffix === '' ? name : text`${name}-${constant(suffix)}` };
}

/** Name of the Service by which controllers find the shared proxies. */
export const ADMIN_NAME = text`${nameOf('proxy')}-${constant('admin')}`;

/** Name of the Secret by which controllers and proxies know each other. */
export const IDENTITY = text`${RELEASE}-${constant('admin-identity')}`;

/** Name of the Secret with the certificate of the shared proxies. */
export const PROXY_CERTIFICATE = text`${ADMIN_NAME}-${constant('tls')}`;

/** Text that is the same in the chart and in plain manifests. */
export function constant(value: string): Text {
  return new Text(value, value);
}
