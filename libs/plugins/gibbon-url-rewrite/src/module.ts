import { definePlugin } from '@gibbon/contracts/plugin';
import { PLUGIN_VERSION } from '@gibbon/pdk';
import { compilePathRewrite, pathRewriteOptions } from '@gibbon/route-filters';
import { Nullable, schema, Type } from '@gibbon/schema';
import { UrlRewrite } from './url-rewrite.ts';

const config = schema(
  Type.Object({
    hostname: Nullable(Type.String({ minLength: 1, description: 'Host that the service sees.' })),
    ...pathRewriteOptions,
  }),
);

/**
 * Rewrites the host and the path.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httpurlrewritefilter
 */
export default definePlugin({
  name: 'gibbon-url-rewrite',
  summary: 'Rewrites the host and the path of requests on their way to the service.',
  priority: 788,
  version: PLUGIN_VERSION,
  config,
  create: ({ config }) => new UrlRewrite(config.hostname, compilePathRewrite(config)),
});
