import { definePlugin } from '@gibbon/contracts/plugin';
import { PLUGIN_VERSION } from '@gibbon/pdk';
import { schema, Type } from '@gibbon/schema';

const MAX_MS = 2_147_483_646;

const config = schema(
  Type.Object({
    requestMs: Type.Integer({
      minimum: 0,
      maximum: MAX_MS,
      default: 0,
      description: 'Milliseconds for the whole request, attempts together; 0 for no limit.',
    }),
    backendRequestMs: Type.Integer({
      minimum: 0,
      maximum: MAX_MS,
      default: 0,
      description: 'Milliseconds for one attempt on the service; 0 for no limit.',
    }),
  }),
);

/**
 * Limits the time that answers may take.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httproutetimeouts
 */
export default definePlugin({
  name: 'gibbon-timeouts',
  summary: 'Limits how long requests and attempts on services may take.',
  priority: 786,
  version: PLUGIN_VERSION,
  config,
  create: ({ config: { requestMs, backendRequestMs } }) => ({ access: (exchange) => exchange.setTimeouts(requestMs, backendRequestMs) }),
});
