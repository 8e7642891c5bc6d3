import { definePlugin } from '@gibbon/contracts/plugin';
import { PLUGIN_VERSION } from '@gibbon/pdk';
import { schema, Type } from '@gibbon/schema';

const MAX_ATTEMPTS = 2_147_483_647;
const MAX_BACKOFF_MS = 3_600_000;
const MAX_CODES = 200;

const config = schema(
  Type.Object({
    attempts: Type.Integer({
      minimum: 0,
      maximum: MAX_ATTEMPTS,
      default: 1,
      description: 'Attempts beyond the first; 0 for none. They take the place of the `retries` of the service.',
    }),
    codes: Type.Array(Type.Integer({ minimum: 400, maximum: 599 }), {
      maxItems: MAX_CODES,
      default: [],
      description: 'Statuses of answers after which the request is tried again; the last answer is passed on.',
    }),
    backoffMs: Type.Integer({
      minimum: 0,
      maximum: MAX_BACKOFF_MS,
      default: 25,
      description: 'Milliseconds before the second attempt; before each further one twice as long, up to ten times. 0 for at once.',
    }),
  }),
);

/**
 * Tries requests again.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httprouteretry
 */
export default definePlugin({
  name: 'gibbon-retries',
  summary: 'Tries requests again where no answer came, or one with a status that says so.',
  priority: 784,
  version: PLUGIN_VERSION,
  config,
  create: ({ config: { attempts, codes, backoffMs } }) => {
    const policy = { attempts, codes: new Set(codes), backoffMs };
    return { access: (exchange) => exchange.setRetries(policy) };
  },
});
