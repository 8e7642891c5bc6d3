import { codeOf } from '@gibbon/contracts/errors';
import type { Disposable } from '@gibbon/contracts/module';
import type { Logger } from '@gibbon/contracts/services';
import { healthEndpoints, metricsEndpoints, observeProcess, serveOperation, type Endpoint } from '@gibbon/controlplane-diagnostics';
import type { ControlPlane } from '@gibbon/controlplane-runtime';
import type { MetricsRegistry } from '@gibbon/metrics';
import type { ListenOptions, OperationOptions } from './options.ts';

/** What is told of. */
export interface Operated {
  readonly controlPlane: ControlPlane;
  readonly metrics: MetricsRegistry;
  readonly log: Logger;
}

/**
 * Opens what probes and scrapers ask.
 * Rejects with a GatewayError `GW_DIAGNOSTICS_LISTEN` when a required address cannot be had; nothing stays open then.
 */
export async function openOperation(
  { health, metrics }: OperationOptions,
  { controlPlane, metrics: registry, log }: Operated,
): Promise<Disposable> {
  const opened: Disposable[] = [];
  const dispose = async (): Promise<void> => {
    for (const each of opened.toReversed()) await each.dispose();
  };
  const listen = async (what: string, where: ListenOptions | null, endpoints: readonly Endpoint[]): Promise<void> => {
    if (where === null) return;
    try {
      const server = await serveOperation(where, endpoints, log);
      opened.push(server);
      log.info({ address: `${server.address.host}:${server.address.port}`, what }, 'listening');
    } catch (error) {
      if (where.required || codeOf(error) !== 'GW_DIAGNOSTICS_LISTEN') throw error;
      log.warn({ err: error, what }, 'not listening: the usual address cannot be had');
    }
  };
  try {
    if (metrics !== null) opened.push(observeProcess(registry));
    await listen(
      'health',
      health,
      healthEndpoints(() => controlPlane.readiness()),
    );
    await listen('metrics', metrics, metricsEndpoints(registry));
  } catch (error) {
    await dispose();
    throw error;
  }
  return { dispose };
}
