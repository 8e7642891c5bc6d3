import { definePlugin } from '@gibbon/contracts/plugin';
import { PLUGIN_VERSION } from '@gibbon/pdk';
import { compileHeaderOperations, headerOperationsOptions } from '@gibbon/route-filters';
import { Nullable, schema, Type } from '@gibbon/schema';
import { HeaderModifier } from './header-modifier.ts';

const config = schema(
  Type.Object({
    request: Nullable(
      Type.Object(headerOperationsOptions.properties, { description: 'Changes of the request on its way to the service.' }),
    ),
    response: Nullable(
      Type.Object(headerOperationsOptions.properties, { description: 'Changes of the response on its way to the client.' }),
    ),
  }),
);

/**
 * Sets, adds and removes header fields.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httpheaderfilter
 */
export default definePlugin({
  name: 'gibbon-header-modifier',
  summary: 'Sets, adds and removes header fields of requests and responses.',
  priority: 789,
  version: PLUGIN_VERSION,
  config,
  create: ({ config: { request, response } }) => new HeaderModifier(compileHeaderOperations(request), compileHeaderOperations(response)),
});
