import { definePlugin } from '@gibbon/contracts/plugin';
import { PLUGIN_VERSION } from '@gibbon/pdk';
import { headerOperationsOptions, pathRewriteOptions } from '@gibbon/route-filters';
import { Nullable, schema, Type } from '@gibbon/schema';
import { TrafficSplit } from './traffic-split.ts';

const backend = Type.Object({
  weight: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: 1,
    description: 'Share of the requests, in proportion to the sum of all.',
  }),
  service: Nullable(
    Type.String({
      minLength: 1,
      'x-foreign': 'services',
      description: 'Id of the service. Unset: its share is answered with `status`.',
    }),
  ),
  status: Type.Integer({ minimum: 400, maximum: 599, default: 500, description: 'Status of the answer where there is no service.' }),
  requestHeaders: Nullable(Type.Object(headerOperationsOptions.properties, { description: 'Changes of requests to this service.' })),
  responseHeaders: Nullable(Type.Object(headerOperationsOptions.properties, { description: 'Changes of responses of this service.' })),
  rewrite: Nullable(
    Type.Object(
      { hostname: Nullable(Type.String({ minLength: 1, description: 'Host that the service sees.' })), ...pathRewriteOptions },
      { description: 'Rewrites requests to this service.' },
    ),
  ),
});

const config = schema(
  Type.Object({
    backends: Type.Array(backend, {
      minItems: 1,
      description: 'Services and their shares. Where all weights are 0, requests are answered with 500.',
    }),
  }),
);

/**
 * Divides requests among services.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httpbackendref
 */
export default definePlugin({
  name: 'gibbon-traffic-split',
  summary: 'Divides requests among services by weight, with changes for each.',
  priority: 785,
  version: PLUGIN_VERSION,
  config,
  create: ({ config: { backends } }) => new TrafficSplit(backends),
});
