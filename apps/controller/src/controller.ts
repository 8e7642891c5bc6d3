import type { Logger } from '@gibbon/contracts/services';
import { STATUS_SINK } from '@gibbon/contracts/status';
import { ControlPlane } from '@gibbon/controlplane-runtime';
import { moduleForeignIds } from '@gibbon/model';
import { systemClock } from '@gibbon/time';
import { openEvents, type ProblemEvents } from './events.ts';
import { bootHost, resourceKindsOf, type ControllerHost } from './host.ts';
import { openOperation } from './operation.ts';
import type { ControllerOptions } from './options.ts';
import { tappedSource } from './tapped-source.ts';

/** A controller that runs. */
export interface RunningController {
  readonly controlPlane: ControlPlane;
  /** Publishes nothing more and ends everything. */
  stop(): Promise<void>;
}

/**
 * Starts a controller. Resolves when the first configuration is published; problems are in the log and do not stop it.
 * Rejects with a GatewayError when it can never work; nothing is left running then.
 */
export async function startController(options: ControllerOptions, log: Logger): Promise<RunningController> {
  const { host, controlPlane, metrics } = await assemble(options, log);
  const stop = async (): Promise<void> => {
    await controlPlane.stop();
    await host.stop();
  };
  try {
    if (options.operation !== undefined) {
      // Owned by the host, so that probes are answered until everything else has ended.
      host.scope.own(await openOperation(options.operation, { host, onCluster: options.cluster !== null, controlPlane, metrics, log }));
    }
    await host.start();
    await controlPlane.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { controlPlane, stop };
}

/** Translates and publishes what there is, and ends. @returns the number of problems, each of which is in the log. */
export async function translateOnce(options: ControllerOptions, log: Logger): Promise<number> {
  const { host, controlPlane } = await assemble(options, log);
  try {
    const { problems, published } = await controlPlane.once();
    return published ? problems.length : Math.max(problems.length, 1);
  } finally {
    await host.stop();
  }
}

async function assemble(options: ControllerOptions, log: Logger): Promise<ControllerHost & { readonly controlPlane: ControlPlane }> {
  const { host, metrics, proxies } = await bootHost(options, log);
  let events: ProblemEvents | null = null;
  const tap = proxies?.tap ?? null;
  const controlPlane = new ControlPlane({
    sources: options.sources.map(({ name }) => {
      const source = host.instance('source', name);
      // Proxies are made for the Gateways of the cluster; those of a folder may not exist there.
      return { name, source: tap !== null && name === 'kubernetes' ? tappedSource(source, tap) : source };
    }),
    translators: host.instances('translator'),
    publishers: options.publishers.map(({ name }) => ({ name, publisher: host.instance('publisher', name) })),
    clock: systemClock,
    logger: log,
    metrics,
    statuses: options.cluster?.updateStatus === true ? host.resolve(STATUS_SINK) : null,
    onProblems: (changes) => events?.follow(changes),
    pluginReferences: moduleForeignIds(host.modules),
  });
  if (options.cluster?.emitEvents === true) {
    const known = controlPlane.object.bind(controlPlane);
    events = host.scope.own(openEvents(host, { kinds: resourceKindsOf(host), metrics, log, known }));
  }
  return { host, metrics, proxies, controlPlane };
}
