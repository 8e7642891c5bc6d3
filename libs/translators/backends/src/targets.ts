import type { ResolvedPort, ServicePortRef } from '@gibbon/annotations';
import type { ControllerSettings } from '@gibbon/contracts/translator';
import type { Endpoint, EndpointSlice, Service } from '@gibbon/k8s-types';

/** Address of a backend instance; `weight` is absent where nothing says otherwise. */
export interface TargetAddress {
  readonly target: string;
  readonly weight?: number;
}

/**
 * The Service itself as only target, for what balances on its own.
 * @param port number of the Service's port.
 */
export function serviceTarget({ namespace, service }: ServicePortRef, port: number, { clusterDomain }: ControllerSettings): TargetAddress {
  const domain = clusterDomain === '' ? '' : `.${clusterDomain}`;
  return { target: `${service}.${namespace}.svc${domain}:${port}` };
}

/**
 * Addresses of a Service's port from its slices, each once, in the order of the slices.
 * An endpoint that is neither ready nor terminating is left out; a terminating one gets weight 0 with drain support, so
 * that requests in flight end and no new ones begin, and is left out without.
 */
export function endpointTargets(
  service: Service,
  resolved: ResolvedPort & { readonly ok: true },
  slices: readonly EndpointSlice[],
  { drainSupport }: ControllerSettings,
): readonly TargetAddress[] {
  const targets = new Map<string, TargetAddress>();
  const protocols = new Set<string>(['TCP', ...(service.spec?.ports ?? []).map((port) => port.protocol ?? 'TCP')]);
  for (const slice of slices) {
    for (const slicePort of slice.ports ?? []) {
      if ((slicePort.name ?? '') !== (resolved.port?.name ?? '') || !protocols.has(slicePort.protocol ?? 'TCP')) continue;
      const port = slicePort.port ?? resolved.number;
      for (const endpoint of slice.endpoints ?? []) {
        const address = endpoint.addresses[0];
        const weight = endpointWeight(endpoint, drainSupport);
        if (address === undefined || weight === null) continue;
        const target = `${slice.addressType === 'IPv6' ? `[${address}]` : address}:${port}`;
        if (!targets.has(target)) targets.set(target, weight === undefined ? { target } : { target, weight });
      }
    }
  }
  return [...targets.values()];
}

/** `undefined`: Kong's default; `null`: not a target. */
function endpointWeight({ conditions }: Endpoint, drainSupport: boolean): number | undefined | null {
  const ready = conditions?.ready ?? true;
  const terminating = conditions?.terminating ?? false;
  if (terminating && drainSupport) return 0;
  return ready ? undefined : null;
}
