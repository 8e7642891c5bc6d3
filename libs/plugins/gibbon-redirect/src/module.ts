import { definePlugin } from '@gibbon/contracts/plugin';
import { PLUGIN_VERSION } from '@gibbon/pdk';
import { pathRewriteOptions } from '@gibbon/route-filters';
import { Nullable, schema, Type } from '@gibbon/schema';
import { Redirect } from './redirect.ts';

const port = { minimum: 1, maximum: 65_535 };

const config = schema(
  Type.Object({
    scheme: Nullable(Type.Enum(['http', 'https'], { description: "Scheme of the location. Unset: the request's." })),
    hostname: Nullable(Type.String({ minLength: 1, description: "Host of the location. Unset: the request's." })),
    port: Nullable(
      Type.Integer({
        ...port,
        description: "Port of the location. Unset: the well-known one of `scheme`, or the listener's where that is unset too.",
      }),
    ),
    statusCode: Type.Integer({ minimum: 300, maximum: 399, default: 302, description: 'Status of the answer.' }),
    ...pathRewriteOptions,
    listeners: Type.Array(
      Type.Object({
        scheme: Type.Enum(['http', 'https'], { description: 'Scheme of requests to this listener.' }),
        port: Type.Integer({ ...port, description: 'Port that clients know.' }),
        proxyPort: Nullable(Type.Integer({ ...port, description: 'Port on which this process gets them. Unset: any.' })),
      }),
      { default: [], description: 'Ports that clients know, where they differ from those on which this process listens.' },
    ),
  }),
);

/**
 * Redirects clients.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httprequestredirectfilter
 */
export default definePlugin({
  name: 'gibbon-redirect',
  summary: 'Answers with a redirect that is computed from the request.',
  priority: 790,
  version: PLUGIN_VERSION,
  config,
  create: ({ config }) => new Redirect(config),
});
