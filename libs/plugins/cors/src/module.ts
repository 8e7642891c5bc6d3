import { definePlugin } from '@gibbon/contracts/plugin';
import { PLUGIN_VERSION } from '@gibbon/pdk';
import { Nullable, schema, Type } from '@gibbon/schema';
import { Cors } from './cors.ts';
import { originProblem } from './origins.ts';

const METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'] as const;

const config = schema(
  Type.Object({
    origins: Nullable(
      Type.Array(Type.String(), {
        description:
          'Origins that may read responses: `*`, `scheme://host[:port]`, or regular expressions over the whole origin (over the host, without a colon). Unset: any.',
      }),
    ),
    headers: Nullable(
      Type.Array(Type.String(), { description: 'Header fields that requests may carry. Unset: the ones that the preflight asks for.' }),
    ),
    exposed_headers: Nullable(Type.Array(Type.String(), { description: 'Header fields of responses that scripts may read.' })),
    methods: Type.Array(Type.Enum(METHODS), { default: [...METHODS], description: 'Methods that requests may use.' }),
    max_age: Nullable(Type.Number({ description: 'Seconds that browsers may remember the answer to a preflight.' })),
    credentials: Type.Boolean({ default: false, description: 'Whether requests may carry cookies and other credentials.' }),
    private_network: Type.Boolean({ default: false, description: 'Whether public sites may reach this gateway in a private network.' }),
    preflight_continue: Type.Boolean({
      default: false,
      description: 'Whether preflights are proxied, untouched, instead of answered here.',
    }),
    allow_origin_absent: Type.Boolean({ default: true, description: 'Whether responses to requests without Origin are marked too.' }),
  }),
);

/**
 * Cross-origin resource sharing.
 * @see https://developer.konghq.com/plugins/cors/
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export default definePlugin({
  name: 'cors',
  summary: 'Lets browsers read responses from other origins, and answers their preflights.',
  priority: 2_000,
  version: PLUGIN_VERSION,
  forbiddenScopes: ['consumer'],
  config,
  check: ({ origins }) =>
    (origins ?? []).flatMap((entry, index) => {
      const message = originProblem(entry);
      return message === null ? [] : [{ path: `origins.${index + 1}`, message }];
    }),
  create: ({ config }) => new Cors(config),
});
