import type { Configuration } from '@gibbon/contracts/entities';
import type { Logger } from '@gibbon/contracts/services';
import { createLogger } from '@gibbon/logging';
import { proxyHostOf, readConfigurationFile, startProxy, type RunningProxy } from '@gibbon/proxy';
import { EXIT_OK } from '../exit-codes.ts';
import { reportFailure } from '../failure.ts';
import { formatModules } from '../listing.ts';
import { logSettingsOf } from '../logging.ts';
import { modulePackagesOf, proxyOptionsOf } from '../options.ts';
import type { Values } from '../resolve.ts';
import { runUntilSignal } from '../signals.ts';
import { warnOfUnknownVariables } from '../unknown-variables.ts';

/** `gibbon proxy`: serves a declarative configuration, or waits for one on the Admin API. */
export function runProxy(values: Values): Promise<number> {
  const { log, flush } = createLogger(logSettingsOf(values));
  return reportFailure('proxy', async () => {
    const host = await proxyHostOf(log, modulePackagesOf(values));
    if (values['list-modules'] === true) {
      process.stdout.write(`${formatModules(host.list())}\n`);
      return EXIT_OK;
    }
    warnOfUnknownVariables('proxy', process.env, log);
    const file = values['config'] as string | null;
    // Read before anything is opened: a file that cannot be used must not leave a trace.
    const configuration = file === null ? null : readConfigurationFile(file, host.modules);
    const options = proxyOptionsOf(values);
    // The file is what to serve, also after a restart.
    const proxy = await startProxy(configuration === null ? options : { ...options, configCache: null }, log);
    try {
      if (configuration === null && !proxy.configured) log.info({ pid: process.pid }, 'waiting for a configuration');
      if (configuration !== null) await serve(proxy, configuration, log);
    } catch (error) {
      await proxy.stop();
      throw error;
    }
    const ready = proxy.listening.then(() => log.info({ pid: process.pid }, 'ready'));
    return Promise.race([runUntilSignal(proxy), failureOf(ready, proxy)]);
  }).finally(flush);
}

async function serve(proxy: RunningProxy, configuration: Configuration, log: Logger): Promise<void> {
  const { rejected } = await proxy.load(configuration);
  for (const { type, id, field, message } of rejected) log.warn({ entity: `${type}/${id}`, field, problem: message }, 'left out');
  await proxy.listen();
}

/** Never resolves; rejects, with everything stopped, when the sockets cannot be had at last. */
async function failureOf(ready: Promise<void>, proxy: RunningProxy): Promise<never> {
  try {
    await ready;
  } catch (error) {
    await proxy.stop();
    throw error;
  }
  return new Promise<never>(() => {});
}
