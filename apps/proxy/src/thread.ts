import type { Logger } from '@gibbon/contracts/services';
import { ServingThread } from '@gibbon/dataplane-listener';
import { chooseTransport } from '@gibbon/dataplane-transport';
import { systemClock, systemRandom } from '@gibbon/time';
import { bootHost, PACKAGE } from './host.ts';
import type { SharedState } from './shared-state.ts';
import { ThreadUpstreams } from './upstreams.ts';

/**
 * Makes a thread that serves: its own host of modules, on the state that all threads share.
 * @param index of the thread, from 0.
 */
export async function createServingThread(shared: SharedState, index: number, log: Logger): Promise<ServingThread> {
  const { options } = shared;
  const { host, metrics, setHealthReporter } = await bootHost(log, options.modules, shared.counters);
  const upstreams = new ThreadUpstreams(host, shared, index);
  setHealthReporter(upstreams);
  const transport = await chooseTransport({ setting: options.transport, log });
  return new ServingThread({
    modules: host.modules,
    scope: host.scope,
    log,
    clock: systemClock,
    random: systemRandom,
    metrics,
    transport,
    upstreams,
    settings: {
      trusted_ips: options.trustedIps,
      plugin_timeout: options.pluginTimeoutMs / 1000,
      server_token: `gibbon/${PACKAGE.version}`,
    },
    fallbackIdentity: shared.identity,
    ticketKeys: Buffer.from(shared.ticketKeys),
  });
}
