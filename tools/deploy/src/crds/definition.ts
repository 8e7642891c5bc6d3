import type { CustomResource, ResourceKind } from '@gibbon/contracts/resource';
import { structuralSchema, type Schema } from './structural-schema.ts';

const HEADER: Schema = {
  apiVersion: { type: 'string', description: 'Version of the schema of this object.' },
  kind: { type: 'string', description: 'Kind of this object.' },
  metadata: { type: 'object' },
};

/**
 * The CustomResourceDefinition of a kind. The first of its versions is stored and served, the only one: others would need
 * a conversion.
 */
export function customResourceDefinition(kind: ResourceKind & { readonly definition: CustomResource }): Schema {
  const { group, plural, definition } = kind;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}`, ...(definition.labels !== undefined && { labels: definition.labels }) },
    spec: {
      group,
      scope: kind.namespaced ? 'Namespaced' : 'Cluster',
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural,
        singular: kind.kind.toLowerCase(),
        shortNames: definition.shortNames,
        categories: definition.categories,
      },
      versions: [versionOf(kind)],
    },
  };
}

function versionOf({ versions, kind, definition }: ResourceKind & { readonly definition: CustomResource }): Schema {
  const { properties = {}, ...schema } = structuralSchema(definition.schema) as { readonly properties?: Schema };
  return {
    name: versions[0],
    served: true,
    storage: true,
    subresources: { status: {} },
    additionalPrinterColumns: definition.columns,
    schema: { openAPIV3Schema: { description: `${kind}, by Gibbon.`, ...schema, properties: { ...HEADER, ...properties } } },
  };
}

/** Whether a kind is ours to define. */
export function isDefined(kind: ResourceKind): kind is ResourceKind & { readonly definition: CustomResource } {
  return kind.definition !== undefined;
}
