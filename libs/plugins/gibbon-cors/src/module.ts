import { definePlugin } from '@gibbon/contracts/plugin';
import { PLUGIN_VERSION } from '@gibbon/pdk';
import { schema, Type } from '@gibbon/schema';
import { Cors } from './cors.ts';

const ORIGIN = '^(\\*|[A-Za-z][A-Za-z0-9+.-]*://[^/?#]+)$';
const TOKEN = "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$";

const config = schema(
  Type.Object({
    allowOrigins: Type.Array(Type.String({ pattern: ORIGIN }), {
      default: [],
      description: 'Origins whose scripts may read responses: `scheme://host[:port]`, where the host may begin with `*`, or `*` for all.',
    }),
    allowCredentials: Type.Boolean({ default: false, description: 'Whether requests may carry cookies and other credentials.' }),
    allowMethods: Type.Array(Type.String({ pattern: TOKEN }), {
      default: [],
      description: 'Methods that requests may use beside GET, HEAD and POST; `*` for all.',
    }),
    allowHeaders: Type.Array(Type.String({ pattern: TOKEN }), {
      default: [],
      description: 'Header fields that requests may carry; `*` for all.',
    }),
    exposeHeaders: Type.Array(Type.String({ pattern: TOKEN }), {
      default: [],
      description: 'Header fields of responses that scripts may read; `*` for all.',
    }),
    maxAgeSeconds: Type.Integer({ minimum: 0, default: 5, description: 'Seconds that browsers may remember the answer to a preflight.' }),
  }),
);

/**
 * Cross-origin resource sharing as the Gateway API has it.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httpcorsfilter
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export default definePlugin({
  name: 'gibbon-cors',
  summary: 'Lets scripts of other origins read responses, with the semantics of the Gateway API.',
  priority: 1_990,
  version: PLUGIN_VERSION,
  forbiddenScopes: ['consumer'],
  config,
  create: ({ config }) => new Cors(config),
});
