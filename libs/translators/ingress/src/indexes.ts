import type { IndexDefinition } from '@gibbon/contracts/translator';
import type { Ingress } from '@gibbon/k8s-types';

/** All Ingresses with a default backend, under the empty value. */
export const WITH_DEFAULT_BACKEND: IndexDefinition = {
  name: 'ingresses.with-default-backend',
  kind: 'Ingress',
  values: (object) => ((object as Ingress).spec?.defaultBackend === undefined ? [] : ['']),
};
