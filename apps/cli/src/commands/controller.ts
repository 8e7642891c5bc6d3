import type { TargetProfile } from '@gibbon/contracts/translator';
import { controllerHostOf, startController, translateOnce } from '@gibbon/controller';
import { createLogger } from '@gibbon/logging';
import { EXIT_FAILED, EXIT_OK } from '../exit-codes.ts';
import { reportFailure } from '../failure.ts';
import { formatModules } from '../listing.ts';
import { logSettingsOf } from '../logging.ts';
import { controllerOptionsOf, modulePackagesOf } from '../options.ts';
import type { Values } from '../resolve.ts';
import { runUntilSignal } from '../signals.ts';
import { missingSetting } from '../usage.ts';

/** `gibbon controller`: translates manifests and writes the configuration, once or whenever it changes. */
export function runController(values: Values): Promise<number> {
  const { log, flush } = createLogger(logSettingsOf(values));
  return reportFailure('controller', async () => {
    if (values['list-modules'] === true) {
      const host = await controllerHostOf(log, modulePackagesOf(values));
      process.stdout.write(`${formatModules(host.list())}\n`);
      return EXIT_OK;
    }
    if (values['manifests'] === null) return missingSetting('controller', '--manifests DIR is missing: the folder of manifests to translate');
    if (values['output'] === null) return missingSetting('controller', '--output FILE is missing: where to write the configuration');
    const options = {
      ...controllerOptionsOf(values),
      profile: profileOf(values),
      publishers: [{ kind: 'publisher' as const, name: 'file', config: { path: values['output'] as string } }],
    };
    if (values['once'] === true) return (await translateOnce(options, log)) === 0 ? EXIT_OK : EXIT_FAILED;
    const controller = await startController(options, log);
    log.info({ pid: process.pid }, 'ready');
    return runUntilSignal(controller);
  }).finally(flush);
}

function profileOf(values: Values): TargetProfile {
  const { kind, version } = values['target'] as Pick<TargetProfile, 'kind' | 'version'>;
  return { kind, version, routerFlavor: values['kong-router-flavor'] as TargetProfile['routerFlavor'] };
}
