import { createLogger } from '@gibbon/logging';
import { proxyHostOf, readConfigurationFile, startProxy, wholeChange } from '@gibbon/proxy';
import { EXIT_OK } from '../exit-codes.ts';
import { reportFailure } from '../failure.ts';
import { formatModules } from '../listing.ts';
import { logSettingsOf } from '../logging.ts';
import { modulePackagesOf, proxyOptionsOf } from '../options.ts';
import type { Values } from '../resolve.ts';
import { runUntilSignal } from '../signals.ts';

/** `gibbon proxy`: serves a declarative configuration, or waits for one on the Admin API. */
export function runProxy(values: Values): Promise<number> {
  const { log, flush } = createLogger(logSettingsOf(values));
  return reportFailure('proxy', async () => {
    if (values['list-modules'] === true) {
      const host = await proxyHostOf(log, modulePackagesOf(values));
      process.stdout.write(`${formatModules(host.list())}\n`);
      return EXIT_OK;
    }
    const file = values['config'] as string | null;
    const proxy = await startProxy(proxyOptionsOf(values), log);
    try {
      if (file !== null) {
        const { rejected } = await proxy.sink.apply(wholeChange(readConfigurationFile(file, proxy.host.modules)));
        for (const { type, id, field, message } of rejected) log.warn({ entity: `${type}/${id}`, field, problem: message }, 'left out');
      }
      await proxy.listen();
      log.info({ pid: process.pid }, 'ready');
    } catch (error) {
      await proxy.stop();
      throw error;
    }
    return runUntilSignal(proxy);
  }).finally(flush);
}
