import { definePlugin } from '@gibbon/contracts/plugin';
import { CLOCK, COUNTERS, LOGGER } from '@gibbon/contracts/services';
import { PLUGIN_VERSION } from '@gibbon/pdk';
import { checkOptions, options } from './options.ts';
import { RateLimiting } from './rate-limiting.ts';

/**
 * Limits requests per second, minute, hour, day, month and year.
 * @see https://developer.konghq.com/plugins/rate-limiting/
 */
export default definePlugin({
  name: 'rate-limiting',
  summary: 'Limits how many requests a client may make per period.',
  priority: 910,
  version: PLUGIN_VERSION,
  config: options,
  check: checkOptions,
  requires: { clock: CLOCK, counters: COUNTERS, logger: LOGGER },
  create: ({ config, deps, entity }) => new RateLimiting(config, deps, entity ?? null),
});
