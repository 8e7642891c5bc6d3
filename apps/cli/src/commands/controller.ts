import { controllerHostOf, startController, translateOnce } from '@gibbon/controller';
import { createLogger } from '@gibbon/logging';
import { clusterProxiesProblem, hasClusterProxies } from '../cluster-proxies.ts';
import { EXIT_FAILED, EXIT_OK } from '../exit-codes.ts';
import { reportFailure } from '../failure.ts';
import { formatModules } from '../listing.ts';
import { logSettingsOf } from '../logging.ts';
import { controllerOptionsOf, modulePackagesOf } from '../options.ts';
import { publishHeaders, publishingOf } from '../publishing.ts';
import type { Values } from '../resolve.ts';
import { runUntilSignal } from '../signals.ts';
import { warnOfUnknownVariables } from '../unknown-variables.ts';
import { missingSetting } from '../usage.ts';

/** `gibbon controller`: translates manifests and writes the configuration or gives it to proxies, once or whenever it changes. */
export function runController(values: Values): Promise<number> {
  const { log, flush } = createLogger(logSettingsOf(values));
  return reportFailure('controller', async () => {
    if (values['list-modules'] === true) {
      const host = await controllerHostOf(log, modulePackagesOf(values));
      process.stdout.write(`${formatModules(host.list())}\n`);
      return EXIT_OK;
    }
    warnOfUnknownVariables('controller', process.env, log);
    if (values['manifests'] === null && values['kubernetes'] !== true) {
      return missingSetting('controller', '--manifests DIR or --kubernetes is missing: where the objects to translate come from');
    }
    if (values['output'] === null && (values['publish'] as readonly string[]).length === 0 && !hasClusterProxies(values)) {
      return missingSetting(
        'controller',
        '--output FILE, --publish URL, --proxy-service NAMESPACE/NAME or --managed-gateways is missing: where to write the configuration, or which proxies to give it to',
      );
    }
    const problem = clusterProxiesProblem(values);
    if (problem !== null) return missingSetting('controller', problem);
    const read = publishHeaders(values);
    if ('problem' in read) return missingSetting('controller', read.problem);
    const options = { ...controllerOptionsOf(values), ...(await publishingOf(values, read.headers, log)) };
    if (values['once'] === true) return (await translateOnce(options, log)) === 0 ? EXIT_OK : EXIT_FAILED;
    const controller = await startController(options, log);
    log.info({ pid: process.pid }, 'ready');
    return runUntilSignal(controller);
  }).finally(flush);
}
