import { definePlugin } from '@gibbon/contracts/plugin';
import { HTTP_CLIENT, LOGGER, RANDOM } from '@gibbon/contracts/services';
import { PLUGIN_VERSION } from '@gibbon/pdk';
import { schema, Type } from '@gibbon/schema';
import { Mirror } from './mirror.ts';

const config = schema(
  Type.Object({
    mirrors: Type.Array(
      Type.Object({
        service: Type.String({ minLength: 1, 'x-foreign': 'services', description: 'Id of the service that gets copies.' }),
        numerator: Type.Integer({ minimum: 0, default: 100, description: 'So many of `denominator` requests are copied.' }),
        denominator: Type.Integer({ minimum: 1, default: 100, description: 'See `numerator`.' }),
      }),
      { minItems: 1, maxItems: 16, description: 'Services that get copies, each with a share of its own.' },
    ),
    maxBodyBytes: Type.Integer({ minimum: 0, default: 1_048_576, description: 'Bytes of body that a request may have to be copied.' }),
    maxConcurrent: Type.Integer({
      minimum: 1,
      default: 1_000,
      description: 'Copies on their way at a time, per worker; further ones are dropped.',
    }),
    timeoutMs: Type.Integer({ minimum: 1, default: 15_000, description: 'Milliseconds until a copy is given up.' }),
  }),
);

/**
 * Sends copies of requests to other services.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httprequestmirrorfilter
 */
export default definePlugin({
  name: 'gibbon-mirror',
  summary: 'Sends copies of requests to other services, and ignores their answers.',
  priority: 787,
  version: PLUGIN_VERSION,
  config,
  requires: { client: HTTP_CLIENT, random: RANDOM, logger: LOGGER },
  create: ({ config, deps }) => new Mirror(config, deps),
});
