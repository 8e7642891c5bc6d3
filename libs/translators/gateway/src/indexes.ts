import type { IndexDefinition } from '@gibbon/contracts/translator';
import { isGatewayRef } from '@gibbon/gateway-attachment';
import { namespaceOf, type HTTPRoute } from '@gibbon/k8s-types';

/** HTTPRoutes by the Gateways that they name as parents: `<namespace>/<name>`. */
export const ROUTES_OF_GATEWAY: IndexDefinition = {
  name: 'http-routes.gateway',
  kind: 'HTTPRoute',
  values: (object) => [
    ...new Set(
      ((object as HTTPRoute).spec.parentRefs ?? [])
        .filter(isGatewayRef)
        .map(({ namespace = namespaceOf(object), name }) => `${namespace}/${name}`),
    ),
  ],
};
