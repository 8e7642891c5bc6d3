import type { KubeObject, ResourceKind } from '@gibbon/contracts/resource';
import { ObjectCheck, slimObject } from '@gibbon/k8s-types';

/** Namespaces, for selectors over their labels. */
export const NAMESPACE: ResourceKind = {
  group: '',
  versions: ['v1'],
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
  validate: (object) => {
    const check = new ObjectCheck();
    check.metadata(object.metadata);
    return check.problems;
  },
  normalise: (object) => {
    const { apiVersion, kind, metadata } = slimObject(object);
    return { apiVersion, kind, metadata } satisfies KubeObject;
  },
};
