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
  return text`${RELEASE}-${new Text(part, part)}`;
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
  return { ...rest, name: suffix === '' ? name : text`${name}-${new Text(suffix, suffix)}` };
}
