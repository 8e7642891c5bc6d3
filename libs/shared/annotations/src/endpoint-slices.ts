import type { IndexDefinition } from '@gibbon/contracts/translator';
import { namespaceOf, SERVICE_NAME_LABEL } from '@gibbon/k8s-types';

/** EndpointSlices by `<namespace>/<Service>`. */
export const SLICES_OF_SERVICE: IndexDefinition = Object.freeze({
  name: 'endpoint-slices.service',
  kind: 'EndpointSlice',
  values(object) {
    const service = object.metadata.labels?.[SERVICE_NAME_LABEL];
    return service === undefined ? [] : [`${namespaceOf(object)}/${service}`];
  },
} satisfies IndexDefinition);
