import { codeOf } from '@gibbon/contracts/errors';
import type { PluginEntity } from '@gibbon/contracts/entities';
import type { Disposable } from '@gibbon/contracts/module';
import type { Logger } from '@gibbon/contracts/services';
import {
  diagnosticsEndpoints,
  healthEndpoints,
  metricsEndpoints,
  observeProcess,
  serveOperation,
  type DiagnosticsOptions,
  type Endpoint,
} from '@gibbon/controlplane-diagnostics';
import type { ControlPlane, Inspection } from '@gibbon/controlplane-runtime';
import { KUBE_CLIENT } from '@gibbon/k8s-client';
import { readObject } from '@gibbon/k8s-events';
import type { Host } from '@gibbon/kernel';
import type { MetricsRegistry } from '@gibbon/metrics';
import { resourceKindsOf } from './host.ts';
import type { ListenOptions, OperationOptions } from './options.ts';

/** What is told of. */
export interface Operated {
  readonly host: Host;
  /** Whether there is a cluster to ask for objects. */
  readonly onCluster: boolean;
  readonly controlPlane: ControlPlane;
  readonly metrics: MetricsRegistry;
  readonly log: Logger;
}

interface Listener {
  readonly what: string;
  readonly where: ListenOptions | null;
  endpoints(): readonly Endpoint[];
}

/**
 * Opens what probes, scrapers and people ask.
 * Rejects with a GatewayError `GW_DIAGNOSTICS_LISTEN` when a required address cannot be had; nothing stays open then.
 */
export async function openOperation(options: OperationOptions, operated: Operated): Promise<Disposable> {
  const { controlPlane, metrics, log } = operated;
  const listeners: readonly Listener[] = [
    { what: 'health', where: options.health, endpoints: () => healthEndpoints(() => controlPlane.readiness()) },
    { what: 'metrics', where: options.metrics, endpoints: () => metricsEndpoints(metrics) },
    {
      what: 'diagnostics',
      where: options.diagnostics,
      endpoints: () => diagnosticsEndpoints(diagnosticsOf(operated, options.dumpSensitive)),
    },
  ];
  const opened: Disposable[] = [];
  const dispose = async (): Promise<void> => {
    for (const each of opened.toReversed()) await each.dispose();
  };
  try {
    if (options.metrics !== null) opened.push(observeProcess(metrics));
    for (const listener of listeners) {
      const server = await listen(listener, log);
      if (server !== null) opened.push(server);
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  return { dispose };
}

async function listen({ what, where, endpoints }: Listener, log: Logger): Promise<Disposable | null> {
  if (where === null) return null;
  try {
    const server = await serveOperation(where, endpoints(), log);
    log.info({ address: `${server.address.host}:${server.address.port}`, what }, 'listening');
    return server;
  } catch (error) {
    if (where.required || codeOf(error) !== 'GW_DIAGNOSTICS_LISTEN') throw error;
    log.warn({ err: error, what }, 'not listening: the usual address cannot be had');
    return null;
  }
}

function diagnosticsOf({ host, onCluster, controlPlane }: Operated, sensitive: boolean): DiagnosticsOptions {
  const inspection = controlPlane.inspection();
  const kinds = resourceKindsOf(host);
  return {
    inspection,
    kinds,
    sensitive,
    hasSecrets: (plugin) => takesSecrets(plugin, inspection),
    lookUp: onCluster ? (ref) => readObject({ client: host.resolve(KUBE_CLIENT), kinds }, ref) : undefined,
  };
}

/** Whether the object of a plugin takes some of its configuration from a Secret; one whose object is not known may. */
function takesSecrets({ id }: PluginEntity, inspection: Inspection): boolean {
  const owners = inspection.owners('plugins', id);
  return owners.length === 0 || owners.some((ref) => refersToSecrets(inspection.object(ref)));
}

function refersToSecrets(object: object | null): boolean {
  return object !== null && ('configFrom' in object || 'configPatches' in object);
}
