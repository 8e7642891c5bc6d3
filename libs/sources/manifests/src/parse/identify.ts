import type { KubeObject, ResourceKind } from '@gibbon/contracts/resource';
import { groupOf, isRecord, versionOf } from '@gibbon/k8s-types';
import { uuidBytes, uuidV5 } from '@gibbon/model';
import type { KindsByName } from './parsed.ts';

/** What a document turned out to be. */
export type Identified =
  | { readonly is: 'object'; readonly kind: ResourceKind; readonly object: KubeObject }
  | { readonly is: 'list'; readonly items: readonly unknown[] }
  | { readonly is: 'unknown'; readonly kind: string }
  | { readonly is: 'problem'; readonly field: string; readonly message: string };

/** Namespace of the uids that are made up; fixed for ever, since uids end up in entity ids. */
const UID_NAMESPACE = uuidBytes('7f3b7f0e-54a2-5d37-9d4b-6c1b5a0f2f9a');

/** When objects were created that do not say it. */
const CREATED = '1970-01-01T00:00:00Z';

/** Tells what a value of a document is, and completes the metadata of objects of known kinds. */
export function identify(value: unknown, kinds: KindsByName): Identified {
  if (!isRecord(value)) return problem('', 'expected a Kubernetes object with apiVersion, kind and metadata');
  const { apiVersion, kind, metadata } = value;
  for (const field of ['apiVersion', 'kind'] as const) {
    if (typeof value[field] !== 'string' || value[field] === '')
      return problem(field, 'required; expected the text that names the kind of object, e.g. "networking.k8s.io/v1" and "Ingress"');
  }
  const known = kinds.get(kind as string);
  if (known === undefined)
    return Array.isArray(value['items']) ? { is: 'list', items: value['items'] } : { is: 'unknown', kind: kind as string };
  const versions = known.versions.map((version) => (known.group === '' ? version : `${known.group}/${version}`));
  if (groupOf(apiVersion as string) !== known.group || !known.versions.includes(versionOf(apiVersion as string))) {
    return problem('apiVersion', `"${apiVersion as string}" is not read for ${known.kind}; expected ${versions.join(' or ')}`);
  }
  if (!isRecord(metadata)) return problem('metadata', 'required; expected an object with the name');
  const { name, namespace } = metadata;
  if (typeof name !== 'string' || name === '') return problem('metadata.name', 'required; expected the name of the object, as text');
  if (namespace !== undefined && namespace !== null && typeof namespace !== 'string')
    return problem('metadata.namespace', 'expected a string; put it in quotes');
  return { is: 'object', kind: known, object: complete(value as unknown as KubeObject, known) };
}

/**
 * Metadata as the API server would have set it: the namespace `default`, a uid made of kind, namespace and name, and
 * one creation time for all, so that conflicts are settled by namespace and name wherever the files stand.
 * The version is dropped: the file is the truth, also after an edit that leaves an exported version in place.
 */
function complete(object: KubeObject, kind: ResourceKind): KubeObject {
  const {
    namespace,
    uid,
    creationTimestamp,
    resourceVersion: _version,
    managedFields: _fields,
    ...rest
  } = object.metadata as KubeObject['metadata'] & { managedFields?: unknown };
  const home = kind.namespaced ? namespace || 'default' : '';
  return {
    ...object,
    metadata: {
      ...rest,
      ...(home === '' ? {} : { namespace: home }),
      uid: typeof uid === 'string' && uid !== '' ? uid : uuidV5(UID_NAMESPACE, `${kind.kind}/${home}/${rest.name}`),
      creationTimestamp:
        typeof creationTimestamp === 'string' && !Number.isNaN(Date.parse(creationTimestamp)) ? creationTimestamp : CREATED,
    },
  };
}

function problem(field: string, message: string): Identified {
  return { is: 'problem', field, message };
}
