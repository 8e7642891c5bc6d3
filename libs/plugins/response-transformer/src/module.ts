import { definePlugin, type PluginHandler } from '@gibbon/contracts/plugin';
import { LOGGER } from '@gibbon/contracts/services';
import { PLUGIN_VERSION } from '@gibbon/pdk';
import { checkOptions, options } from './options.ts';
import { ResponseTransformer } from './response-transformer.ts';

/**
 * Changes the response before it is returned.
 * @see https://developer.konghq.com/plugins/response-transformer/
 */
export default definePlugin({
  name: 'response-transformer',
  summary: 'Changes header fields and JSON bodies of responses before clients get them.',
  priority: 800,
  version: PLUGIN_VERSION,
  config: options,
  check: checkOptions,
  requires: { logger: LOGGER },
  create: ({ config, deps }): PluginHandler => new ResponseTransformer(config, deps.logger),
});
