import { definePlugin, type PluginHandler } from '@gibbon/contracts/plugin';
import { LOGGER } from '@gibbon/contracts/services';
import { PLUGIN_VERSION } from '@gibbon/pdk';
import { checkOptions, options } from './options.ts';
import { RequestTransformer } from './request-transformer.ts';

/**
 * Changes the request before it is proxied.
 * @see https://developer.konghq.com/plugins/request-transformer/
 */
export default definePlugin({
  name: 'request-transformer',
  summary: 'Changes path, method, header fields, query and body of requests before they are proxied.',
  priority: 801,
  version: PLUGIN_VERSION,
  protocols: ['grpc', 'grpcs', 'http', 'https', 'tcp', 'tls', 'tls_passthrough', 'udp'],
  config: options,
  check: checkOptions,
  requires: { logger: LOGGER },
  create: ({ config, deps }): PluginHandler => new RequestTransformer(config, deps.logger),
});
