import { startGateway } from '@gibbon/gateway';
import { controllerHostOf } from '@gibbon/controller';
import { createLogger } from '@gibbon/logging';
import { proxyHostOf } from '@gibbon/proxy';
import { EXIT_OK } from '../exit-codes.ts';
import { reportFailure } from '../failure.ts';
import { formatModules } from '../listing.ts';
import { logSettingsOf } from '../logging.ts';
import { controllerOptionsOf, modulePackagesOf, proxyOptionsOf } from '../options.ts';
import type { Values } from '../resolve.ts';
import { runUntilSignal } from '../signals.ts';
import { warnOfUnknownVariables } from '../unknown-variables.ts';
import { missingSetting } from '../usage.ts';

/** `gibbon gateway`: control plane and data plane in one process. */
export function runGateway(values: Values): Promise<number> {
  const { log, flush } = createLogger(logSettingsOf(values));
  return reportFailure('gateway', async () => {
    if (values['list-modules'] === true) {
      const packages = modulePackagesOf(values);
      const [control, data] = [await controllerHostOf(log, packages), await proxyHostOf(log, packages)];
      process.stdout.write(`${formatModules([...control.list(), ...data.list()])}\n`);
      return EXIT_OK;
    }
    warnOfUnknownVariables('gateway', process.env, log);
    if (values['manifests'] === null && values['kubernetes'] !== true) {
      return missingSetting('gateway', '--manifests DIR or --kubernetes is missing: where the objects to serve come from');
    }
    const gateway = await startGateway({ proxy: proxyOptionsOf(values), controller: controllerOptionsOf(values) }, log);
    log.info({ pid: process.pid }, 'ready');
    return runUntilSignal(gateway);
  }).finally(flush);
}
