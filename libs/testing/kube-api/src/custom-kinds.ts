import type { ServedKind } from './kinds.ts';
import { isJson, type StoredObject } from './stored-object.ts';

/** The kind that a CustomResourceDefinition defines, with the versions that it says are served. */
export function kindOfDefinition(definition: StoredObject): ServedKind | null {
  const spec = definition['spec'];
  if (!isJson(spec) || !isJson(spec['names']) || !Array.isArray(spec['versions'])) return null;
  const versions = (spec['versions'] as readonly unknown[]).filter(isJson);
  const { kind, plural } = spec['names'];
  return {
    group: String(spec['group']),
    versions: versions
      .filter((version) => version['served'] === true)
      .sort((a, b) => Number(b['storage'] === true) - Number(a['storage'] === true))
      .map((version) => String(version['name'])),
    kind: String(kind),
    plural: String(plural),
    namespaced: spec['scope'] !== 'Cluster',
    status: versions.some((version) => isJson(version['subresources']) && isJson(version['subresources']['status'])),
    custom: true,
  };
}

/** A CustomResourceDefinition to create, without a schema. */
export function definitionOf(kind: Omit<ServedKind, 'custom'>): StoredObject {
  const { group, plural, namespaced, status } = kind;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` } as StoredObject['metadata'],
    spec: {
      group,
      scope: namespaced ? 'Namespaced' : 'Cluster',
      names: { kind: kind.kind, plural },
      versions: kind.versions.map((name, index) => ({
        name,
        served: true,
        storage: index === 0,
        ...(status ? { subresources: { status: {} } } : {}),
      })),
    },
  };
}
